// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Labels.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Utf8.h"

namespace central_oauth::domain {

void requirePrintable(const std::string& text, std::size_t longest, const std::string& name) {
    const auto count = base::countPrintable(text);
    if (!count)
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " accepts printable characters only; remove line breaks, control "
                                 "characters and direction marks.");
    if (!text.empty() && !base::hasVisibleText(text))
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " shows nothing; write at least one visible character, or leave it out.");
    if (*count > longest)
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " takes at most " + std::to_string(longest) + " characters, and this has " +
                              std::to_string(*count) + "; shorten it.");
}

void requireLabel(const std::string& text, const std::string& name) {
    constexpr std::size_t longest = 64;
    requirePrintable(text, longest, name);
}

} // namespace central_oauth::domain
