// SPDX-License-Identifier: Apache-2.0
// Splits at the delimiters that the guard has written.
#include "GuardedText.h"

namespace central_oauth::http {

namespace {

std::string_view cut(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    const auto part = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return part;
}

} // namespace

RequestParts partsOf(std::string_view text) {
    RequestParts parts;
    constexpr std::size_t usualFields = 8;
    parts.head.method = cut(text, " ");
    parts.head.target = cut(text, " ");
    (void)cut(text, "\r\n"); // the version
    parts.head.headers.reserve(usualFields);
    while (text.substr(0, 2) != "\r\n") {
        auto name = cut(text, ": ");
        parts.head.headers.add(std::string(name), std::string(cut(text, "\r\n")));
    }
    parts.body = text.substr(2);
    return parts;
}

} // namespace central_oauth::http
