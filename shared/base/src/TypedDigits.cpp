// SPDX-License-Identifier: Apache-2.0
// The digits of Unicode 15.
#include "central_oauth/base/TypedDigits.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

namespace central_oauth::base {

namespace {

// The zeros of category Nd; each is followed by its digits one to nine.
constexpr std::array<char32_t, 68> zeros{
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,
    0xC66,   0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,
    0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,
    0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0};

constexpr std::array<char32_t, 39> quotes{
    0x22,   0x27,   0x60,   0xAB,   0xB4,   0xBB,   0x2018, 0x2019, 0x201A, 0x201B, 0x201C, 0x201D, 0x201E,
    0x201F, 0x2032, 0x2033, 0x2039, 0x203A, 0x2E42, 0x3008, 0x3009, 0x300A, 0x300B, 0x300C, 0x300D, 0x300E,
    0x300F, 0x301D, 0x301E, 0x301F, 0xFE41, 0xFE42, 0xFE43, 0xFE44, 0xFF02, 0xFF07, 0xFF40, 0xFF62, 0xFF63};

constexpr std::array<char32_t, 4> stops{0x2E, 0x3002, 0xFF0E, 0xFF61};

template <std::size_t size>
bool isIn(const std::array<char32_t, size>& all, char32_t character) {
    return std::find(all.begin(), all.end(), character) != all.end();
}

std::optional<char> digitOf(char32_t character) {
    // The last zero that is not above the character.
    const auto* const next = std::upper_bound(zeros.begin(), zeros.end(), character);
    if (next == zeros.begin() || character - *std::prev(next) > 9)
        return std::nullopt;
    return static_cast<char>('0' + (character - *std::prev(next)));
}

bool isNoPartOfCode(char32_t character) {
    return isBlankOrInvisible(character) || isDash(character);
}

} // namespace

TypedDigits readTypedDigits(std::string_view text) {
    TypedDigits read;
    if (text.size() > longestTyped) {
        read.strayAt = 1;
        return read;
    }
    // The position of the first mark that may only follow all digits: a closing quotation mark or a full
    // stop.
    std::size_t closedAt = 0;
    for (std::size_t place = 1; !text.empty(); ++place) {
        const auto character = takeCodePoint(text);
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
