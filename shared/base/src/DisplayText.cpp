// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/DisplayText.h"

#include "DependentCharacters.h"

#include <algorithm>

namespace central_oauth::base {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr int maxMarksInRow = 4;

// What shows nothing, or a box for it: controls, Unicode's Bidi_Control and Default_Ignorable_Code_Point
// (without the joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F, which names need),
// fillers, formats of musical, shorthand and hieroglyphic notation, private use.
constexpr CodePointRange invisible[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200B},   {0x200E, 0x200F},
    {0x202A, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},   {0x13430, 0x1343F}, {0x13441, 0x13442},
    {0x16FE4, 0x16FE4}, {0x1BCA0, 0x1BCA3}, {0x1D159, 0x1D159}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};

// The blocks of combining marks that can be piled upon any letter.
constexpr CodePointRange combining[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};

// Unicode's White_Space, and U+2800, a Braille pattern without dots.
constexpr CodePointRange blank[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                    {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                                    {0x205F, 0x205F}, {0x2800, 0x2800}, {0x3000, 0x3000}};

template <std::size_t N>
bool isIn(const CodePointRange (&ranges)[N], char32_t c) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](const CodePointRange& range) { return range.holds(c); });
}

bool showsNothing(char32_t c) {
    // The last two code points of each plane are no characters.
    return isIn(invisible, c) || (c & 0xFFFEU) == 0xFFFEU;
}

} // namespace

std::optional<char32_t> takeCodePoint(std::string_view& rest) noexcept {
    const auto byteAt = [&rest](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned char lead = byteAt(0);
    std::size_t length = 1;
    char32_t least = 0;
    char32_t c = lead;
    if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4, least = 0x10000, c = lead & 0x07U;
    } else if (lead >= 0xE0 && lead < 0xF0) {
        length = 3, least = 0x800, c = lead & 0x0FU;
    } else if (lead >= 0xC2 && lead < 0xE0) {
        length = 2, least = 0x80, c = lead & 0x1FU;
    } else if (lead >= 0x80) {
        length = 0;
    }
    bool valid = length != 0 && length <= rest.size();
    for (std::size_t i = 1; valid && i < length; ++i) {
        valid = (byteAt(i) & 0xC0U) == 0x80U;
        c = (c << 6U) | (byteAt(i) & 0x3FU);
    }
    valid = valid && c >= least && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
    rest.remove_prefix(valid ? length : 1);
    return valid ? std::optional(c) : std::nullopt;
}

bool isPlainText(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto c = takeCodePoint(text);
        if (!c || *c < 0x20 || (*c >= 0x7F && *c <= 0x9F))
            return false;
    }
    return true;
}

std::string displayText(std::string_view text, std::size_t maxCharacters) {
    std::string shown;
    std::size_t characters = 0;
    int marksInRow = 0;
    bool blankPending = false;
    while (!text.empty()) {
        const std::string_view before = text;
        const char32_t c = takeCodePoint(text).value_or(replacement);
        if (isIn(blank, c)) {
            blankPending = characters > 0;
            continue;
        }
        marksInRow = isIn(combining, c) ? marksInRow + 1 : 0;
        if (showsNothing(c) || marksInRow > maxMarksInRow || (characters == 0 && isDependent(c)))
            continue;
        if (characters + (blankPending ? 1 : 0) >= maxCharacters)
            return shown + "\xE2\x80\xA6";
        if (blankPending)
            shown += ' ';
        characters += blankPending ? 2 : 1;
        blankPending = false;
        if (c == replacement)
            shown += "\xEF\xBF\xBD";
        else
            shown += before.substr(0, before.size() - text.size());
    }
    return shown;
}

bool hasVisibleText(std::string_view text) {
    return !displayText(text, text.size()).empty();
}

} // namespace central_oauth::base
