// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/OpaqueText.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Utf8.h"

namespace central_oauth::base {

bool isBlankText(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto character = takeCodePoint(text);
        if (!character || !isBlankOrInvisible(*character))
            return false;
    }
    return true;
}

OpaqueFault opaqueFaultOf(std::string_view text, std::size_t longest) noexcept {
    if (text.size() > longest)
        return OpaqueFault::tooLong;
    if (!isPlainText(text))
        return OpaqueFault::notText;
    if (isBlankText(text))
        return OpaqueFault::empty;
    const auto first = takeCodePoint(text);
    auto last = first;
    while (!text.empty())
        last = takeCodePoint(text);
    const bool isOuterBlank = (first && isBlank(*first)) || (last && isBlank(*last));
    return isOuterBlank ? OpaqueFault::outerBlank : OpaqueFault::none;
}

} // namespace central_oauth::base
