// SPDX-License-Identifier: Apache-2.0
#include "JsonText.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include <Poco/JSONString.h>

namespace central_oauth::logging {

namespace {

// Characters that Poco::toJSON keeps although a terminal or a log viewer interprets them.
bool needsMoreThanJson(char32_t character) {
    return (character >= 0x7F && character <= 0x9F) || character == 0x200E || character == 0x200F ||
           base::isLineOrDirectionMark(character);
}

void appendUnicodeEscape(std::string& line, char32_t character) {
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(character & 0xFFFFU));
    line += escape.data();
}

// Characters that never need escaping; nearly every text has only these.
bool isPlain(char c) {
    return c >= ' ' && c < '\x7F' && c != '"' && c != '\\';
}

void appendRun(std::string& line, std::string_view run) {
    if (std::all_of(run.begin(), run.end(), isPlain))
        line += run;
    else
        line += Poco::toJSON(std::string(run), 0);
}

} // namespace

void appendJsonString(std::string& line, std::string_view text) {
    line += '"';
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const auto character = base::takeCodePoint(rest);
        if (character && !needsMoreThanJson(*character))
            continue;
        appendRun(line, text.substr(0, text.size() - before.size()));
        if (character)
            appendUnicodeEscape(line, *character);
        else
            line += base::replacementText;
        text = rest;
    }
    appendRun(line, text);
    line += '"';
}

void appendJsonNumber(std::string& line, double number) {
    if (!std::isfinite(number)) {
        line += "null";
        return;
    }
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    line.append(digits.data(), written.ptr);
}

std::string cutText(std::string text, std::string::size_type limit) {
    if (text.size() <= limit)
        return text;
    std::size_t end = limit;
    // At most three steps: text that is not UTF-8 has no boundary.
    for (int steps = 0; steps < 3 && end > 0 && base::isContinuation(text[end]); ++steps)
        --end;
    text.resize(end);
    text += base::ellipsis;
    return text;
}

} // namespace central_oauth::logging
