// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Utf8.h"

#include "central_oauth/base/Characters.h"

namespace central_oauth::base {

namespace {

// The lead byte determines the number of bytes and the smallest code point that needs that many.
struct Form {
    std::size_t length;
    char32_t least;
    unsigned char leadBits;
};

constexpr Form formOf(unsigned char lead) noexcept {
    if (lead >= 0xF0 && lead <= 0xF4)
        return {4, 0x10000, 0x07};
    if (lead >= 0xE0 && lead < 0xF0)
        return {3, 0x800, 0x0F};
    if (lead >= 0xC2 && lead < 0xE0)
        return {2, 0x80, 0x1F};
    return {};
}

} // namespace

std::optional<char32_t> takeLongCodePoint(std::string_view& rest) noexcept {
    const auto lead = static_cast<unsigned char>(rest.front());
    const Form form = formOf(lead);
    bool valid = form.length != 0 && form.length <= rest.size();
    char32_t character = lead & form.leadBits;
    for (std::size_t i = 1; valid && i < form.length; ++i) {
        valid = isContinuation(rest[i]);
        character = (character << 6U) | (static_cast<unsigned char>(rest[i]) & 0x3FU);
    }
    valid = valid && character >= form.least && character <= 0x10FFFF &&
            !(character >= 0xD800 && character <= 0xDFFF);
    rest.remove_prefix(valid ? form.length : 1);
    return valid ? std::optional(character) : std::nullopt;
}

void appendCodePoint(std::string& text, char32_t character) {
    const auto append = [&text](char32_t byte) { text += static_cast<char>(byte); };
    const auto appendRest = [&](unsigned shift) { append(0x80U | ((character >> shift) & 0x3FU)); };
    if (character < 0x80) {
        append(character);
    } else if (character < 0x800) {
        append(0xC0U | (character >> 6U));
        appendRest(0);
    } else if (character < 0x10000) {
        append(0xE0U | (character >> 12U));
        appendRest(6);
        appendRest(0);
    } else {
        append(0xF0U | (character >> 18U));
        appendRest(12);
        appendRest(6);
        appendRest(0);
    }
}

bool isUtf8(std::string_view text) noexcept {
    while (!text.empty())
        if (!takeCodePoint(text))
            return false;
    return true;
}

bool isPlainText(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto character = takeCodePoint(text);
        if (!character || isControlCharacter(*character))
            return false;
    }
    return true;
}

std::optional<std::size_t> countPrintable(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto character = takeCodePoint(text);
        if (!character || isControlCharacter(*character) || isLineOrDirectionMark(*character))
            return std::nullopt;
    }
    return count;
}

} // namespace central_oauth::base
