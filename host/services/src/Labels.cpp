// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Labels.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"

#include <string_view>

namespace central_oauth::services {

namespace {

bool isPrintable(char32_t character) {
    const bool control = character < 0x20 || (character >= 0x7F && character <= 0x9F);
    const bool steering =
        (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    return !control && !steering;
}

} // namespace

void requireLabel(const std::string& text, const std::string& name) {
    requirePrintable(text, longestLabelCharacters, name);
}

void requirePrintable(const std::string& text, std::size_t longest, const std::string& name) {
    std::string_view rest = text;
    std::size_t count = 0;
    for (; !rest.empty(); ++count) {
        const auto character = base::takeCodePoint(rest);
        if (!character || !isPrintable(*character))
            throw base::Error(base::ErrorCode::invalidRequest,
                              name + " takes printable characters only; remove line breaks, control "
                                     "characters and marks of writing direction.");
    }
    if (!text.empty() && !base::hasVisibleText(text))
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " shows nothing; write at least one visible character, or leave it out.");
    if (count > longest)
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " takes at most " + std::to_string(longest) + " characters, and this has " +
                              std::to_string(count) + "; shorten it.");
}

} // namespace central_oauth::services
