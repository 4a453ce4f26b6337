// SPDX-License-Identifier: Apache-2.0
// The classes of characters are those of Unicode 15, listed here: no library of ours knows them all.
#include "central_oauth/base/TypedDigits.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

namespace central_oauth::base {

namespace {

// The zeros of category Nd; each is followed by its nine other digits.
constexpr std::array<char32_t, 68> zeros{
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,
    0xC66,   0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,
    0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,
    0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0};

// Category Pd, the minus sign, the hyphen bullet, the soft hyphen, and the prolonged sound marks that a
// Japanese keyboard writes for a dash.
constexpr std::array<char32_t, 31> dashes{0x2D,   0xAD,   0x58A,  0x5BE,  0x1400, 0x1806, 0x2010, 0x2011,
                                          0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0x2E17, 0x2E1A,
                                          0x2E3A, 0x2E3B, 0x2E40, 0x2E5D, 0x301C, 0x3030, 0x30A0, 0x30FC,
                                          0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D, 0xFF70, 0x10EAD};

constexpr std::array<char32_t, 39> quotes{
    0x22,   0x27,   0x60,   0xAB,   0xB4,   0xBB,   0x2018, 0x2019, 0x201A, 0x201B, 0x201C, 0x201D, 0x201E,
    0x201F, 0x2032, 0x2033, 0x2039, 0x203A, 0x2E42, 0x3008, 0x3009, 0x300A, 0x300B, 0x300C, 0x300D, 0x300E,
    0x300F, 0x301D, 0x301E, 0x301F, 0xFE41, 0xFE42, 0xFE43, 0xFE44, 0xFF02, 0xFF07, 0xFF40, 0xFF62, 0xFF63};

constexpr std::array<char32_t, 4> stops{0x2E, 0x3002, 0xFF0E, 0xFF61};

struct Range {
    char32_t first;
    char32_t last;
};

// Tab and line ends, categories Zs, Zl and Zp, and what has no width: joiners, direction marks, the byte
// order mark, variation selectors.
constexpr std::array<Range, 15> blanks{{{0x9, 0xD},
                                        {0x20, 0x20},
                                        {0x85, 0x85},
                                        {0xA0, 0xA0},
                                        {0x34F, 0x34F},
                                        {0x61C, 0x61C},
                                        {0x1680, 0x1680},
                                        {0x180B, 0x180E},
                                        {0x2000, 0x200F},
                                        {0x2028, 0x202F},
                                        {0x205F, 0x2064},
                                        {0x2066, 0x206F},
                                        {0x3000, 0x3000},
                                        {0xFE00, 0xFE0F},
                                        {0xFEFF, 0xFEFF}}};

template <std::size_t size>
bool isIn(const std::array<char32_t, size>& all, char32_t character) {
    return std::find(all.begin(), all.end(), character) != all.end();
}

bool isBlank(char32_t character) {
    return std::any_of(blanks.begin(), blanks.end(), [character](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

std::optional<char> digitOf(char32_t character) {
    // The nearest zero that is not behind the character.
    const auto* const next = std::upper_bound(zeros.begin(), zeros.end(), character);
    if (next == zeros.begin() || character - *std::prev(next) > 9)
        return std::nullopt;
    return static_cast<char>('0' + (character - *std::prev(next)));
}

// How many bytes the character has that begins with this one; 0: none begins so (RFC 3629 section 3).
std::size_t lengthOf(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

// The next character, removed from the text; nothing if its bytes are no UTF-8.
std::optional<char32_t> takeCharacter(std::string_view& text) {
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const auto lead = static_cast<unsigned char>(text.front());
    const auto length = lengthOf(lead);
    if (length == 0 || length > text.size())
        return std::nullopt;
    char32_t character = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (const char c : text.substr(1, length - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80)
            return std::nullopt;
        character = (character << 6U) | (byte & 0x3FU);
    }
    text.remove_prefix(length);
    const bool isSurrogate = character >= 0xD800 && character <= 0xDFFF;
    return character < least.at(length) || isSurrogate || character > 0x10FFFF ? std::nullopt
                                                                               : std::optional(character);
}

bool isNoPartOfCode(char32_t character) {
    return isBlank(character) || isIn(dashes, character);
}

} // namespace

TypedDigits readTypedDigits(std::string_view text) {
    TypedDigits read;
    if (text.size() > longestTyped) {
        read.strayAt = 1;
        return read;
    }
    // Where the first mark stands that is right only behind all digits: a closing quotation mark or a full
    // stop.
    std::size_t closedAt = 0;
    for (std::size_t place = 1; !text.empty(); ++place) {
        const auto character = takeCharacter(text);
        const auto digit = character ? digitOf(*character) : std::nullopt;
        if (digit && closedAt == 0) {
            read.digits += *digit;
            continue;
        }
        if (character && !digit && isNoPartOfCode(*character))
            continue;
        const bool isQuote = character && isIn(quotes, *character);
        const bool isStop = character && isIn(stops, *character);
        if (isQuote && read.digits.empty())
            continue;
        if ((isQuote || isStop) && !read.digits.empty()) {
            closedAt = closedAt == 0 ? place : closedAt;
            continue;
        }
        read.strayAt = digit ? closedAt : place;
        return read;
    }
    return read;
}

} // namespace central_oauth::base
