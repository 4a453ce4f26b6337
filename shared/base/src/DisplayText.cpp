// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/DisplayText.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"

namespace central_oauth::base {

namespace {

constexpr int maxMarksInRow = 4;

// Characters that show nothing or a box: controls, Unicode's Bidi_Control and Default_Ignorable_Code_Point
// (except the joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F, which names need),
// fillers, format characters of musical, shorthand and hieroglyphic notation, private use.
constexpr CodePointRange notShown[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200B},   {0x200E, 0x200F},
    {0x202A, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},   {0x13430, 0x1343F}, {0x13441, 0x13442},
    {0x16FE4, 0x16FE4}, {0x1BCA0, 0x1BCA3}, {0x1D159, 0x1D159}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};

// The blocks of combining marks that can be stacked on any letter.
constexpr CodePointRange combining[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};

// Unicode's White_Space, and U+2800, a Braille pattern without dots.
constexpr CodePointRange blank[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                    {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                                    {0x205F, 0x205F}, {0x2800, 0x2800}, {0x3000, 0x3000}};

bool showsNothing(char32_t c) {
    // The last two code points of each plane are noncharacters.
    return isIn(notShown, c) || (c & 0xFFFEU) == 0xFFFEU;
}

} // namespace

std::string displayText(std::string_view text, std::size_t maxCharacters) {
    // Nothing to change in most texts.
    if (text.size() <= maxCharacters && isPlainJson(text) && trim(text) == text &&
        text.find("  ") == std::string_view::npos)
        return std::string(text);
    std::string shown;
    std::size_t characters = 0;
    int marksInRow = 0;
    bool blankPending = false;
    while (!text.empty()) {
        const char32_t c = takeCodePoint(text).value_or(replacementCharacter);
        if (isIn(blank, c)) {
            blankPending = characters > 0;
            continue;
        }
        marksInRow = isIn(combining, c) ? marksInRow + 1 : 0;
        if (showsNothing(c) || marksInRow > maxMarksInRow || (characters == 0 && isDependent(c)))
            continue;
        if (characters + (blankPending ? 1 : 0) >= maxCharacters)
            return shown.append(ellipsis);
        if (blankPending)
            shown += ' ';
        characters += blankPending ? 2 : 1;
        blankPending = false;
        appendCodePoint(shown, c);
    }
    return shown;
}

bool hasVisibleText(std::string_view text) {
    return !displayText(text, text.size()).empty();
}

} // namespace central_oauth::base
