// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace central_oauth::base {

namespace {

using Eight = std::uint64_t;

// Returns a value with that byte eight times.
constexpr Eight eightOf(unsigned char byte) noexcept {
    return ~Eight{0} / 0xFF * byte;
}

// Returns not 0 if one of the bytes is less than `limit`. Requires: limit ≤ 0x80, and bytes below 0x80.
constexpr Eight lessThan(Eight bytes, unsigned char limit) noexcept {
    return (bytes - eightOf(limit)) & ~bytes & eightOf(0x80);
}

constexpr Eight equalTo(Eight bytes, unsigned char byte) noexcept {
    return lessThan(bytes ^ eightOf(byte), 1);
}

constexpr Eight needingEscape(Eight bytes) noexcept {
    return (bytes & eightOf(0x80)) | lessThan(bytes, ' ') | equalTo(bytes, '"') | equalTo(bytes, '\\') |
           equalTo(bytes, 0x7F);
}

constexpr unsigned char needsEscape(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return static_cast<unsigned char>(byte < ' ') | static_cast<unsigned char>(byte > '~') |
           static_cast<unsigned char>(byte == '"') | static_cast<unsigned char>(byte == '\\');
}

} // namespace

bool isPlainJson(std::string_view text) noexcept {
    constexpr auto step = sizeof(Eight);
    Eight found = 0;
    Eight bytes = 0;
    const char* next = text.data();
    std::size_t left = text.size();
    // A constant number of bytes at a time, which compilers turn into vectors.
    constexpr std::size_t block = 64;
    for (; left >= block; left -= block, next += block) {
        unsigned char inBlock = 0;
        for (std::size_t i = 0; i < block; ++i)
            inBlock |= needsEscape(next[i]);
        found |= inBlock;
    }
    for (; left >= step; left -= step, next += step) {
        std::memcpy(&bytes, next, step); // of a constant size: one load
        found |= needingEscape(bytes);
    }
    bytes = eightOf(' ');
    if (left > 0)
        std::memcpy(&bytes, next, left);
    return (found | needingEscape(bytes)) == 0;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return upper(c); });
    return result;
}

std::vector<std::string_view> splitList(std::string_view text) {
    std::vector<std::string_view> entries;
    for (;;) {
        const auto comma = text.find(',');
        entries.push_back(trim(text.substr(0, comma)));
        if (comma == std::string_view::npos)
            return entries;
        text.remove_prefix(comma + 1);
    }
}

std::string counted(long long count, std::string_view unit) {
    return std::to_string(count).append(" ").append(unit).append(count == 1 ? "" : "s");
}

std::string visibleBeginning(std::string_view text, std::size_t longest) {
    std::string beginning(text.substr(0, longest));
    std::replace_if(
        beginning.begin(), beginning.end(), [](char c) { return !isVisible(c); }, '?');
    return text.size() > longest ? beginning + "..." : beginning;
}

} // namespace central_oauth::base
