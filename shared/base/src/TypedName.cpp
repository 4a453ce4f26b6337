// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/TypedName.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"

namespace central_oauth::base {

namespace {

constexpr char32_t softHyphen = 0xAD;
constexpr char32_t firstFullWidth = 0xFF01; // "!"
constexpr char32_t lastFullWidth = 0xFF5E;  // "~"

bool hasNoWidth(char32_t c) {
    const bool isZeroWidthBlank = c == 0x180E || c == 0x200B || c == 0x2060 || c == 0xFEFF;
    return isZeroWidthBlank || c == softHyphen || (isBlankOrInvisible(c) && !isBlank(c));
}

} // namespace

std::string foldTypedName(std::string_view text) {
    std::string folded;
    while (!text.empty()) {
        const std::string_view before = text;
        const auto character = takeCodePoint(text);
        if (character && hasNoWidth(*character))
            continue;
        if (character && isBlank(*character))
            folded += ' ';
        else if (character && isDash(*character))
            folded += '-';
        else if (character && *character >= firstFullWidth && *character <= lastFullWidth)
            folded += static_cast<char>(*character - firstFullWidth + '!');
        else
            folded += before.substr(0, before.size() - text.size());
    }
    return std::string(trim(folded, " "));
}

} // namespace central_oauth::base
