// SPDX-License-Identifier: Apache-2.0
// The classes are those of Unicode 15, listed here: no library of ours knows them all.
#include "central_oauth/base/Characters.h"

#include <algorithm>
#include <array>

namespace central_oauth::base {

namespace {

constexpr std::array<char32_t, 31> dashes{0x2D,   0xAD,   0x58A,  0x5BE,  0x1400, 0x1806, 0x2010, 0x2011,
                                          0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0x2E17, 0x2E1A,
                                          0x2E3A, 0x2E3B, 0x2E40, 0x2E5D, 0x301C, 0x3030, 0x30A0, 0x30FC,
                                          0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D, 0xFF70, 0x10EAD};

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array<Range, 12> blanks{{{0x9, 0xD},
                                        {0x20, 0x20},
                                        {0x85, 0x85},
                                        {0xA0, 0xA0},
                                        {0x1680, 0x1680},
                                        {0x2000, 0x200B},
                                        {0x2028, 0x2029},
                                        {0x202F, 0x202F},
                                        {0x205F, 0x2060},
                                        {0x3000, 0x3000},
                                        {0xFEFF, 0xFEFF},
                                        {0x180E, 0x180E}}};

constexpr std::array<Range, 8> invisible{{{0x34F, 0x34F},
                                          {0x61C, 0x61C},
                                          {0x180B, 0x180D},
                                          {0x200C, 0x200F},
                                          {0x202A, 0x202E},
                                          {0x2061, 0x2064},
                                          {0x2066, 0x206F},
                                          {0xFE00, 0xFE0F}}};

template <std::size_t size>
bool isIn(const std::array<Range, size>& ranges, char32_t character) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

} // namespace

bool isBlank(char32_t character) noexcept {
    return isIn(blanks, character);
}

bool isBlankOrInvisible(char32_t character) noexcept {
    return isIn(blanks, character) || isIn(invisible, character);
}

bool isDash(char32_t character) noexcept {
    return std::find(dashes.begin(), dashes.end(), character) != dashes.end();
}

} // namespace central_oauth::base
