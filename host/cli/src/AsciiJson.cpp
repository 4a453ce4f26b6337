// SPDX-License-Identifier: Apache-2.0
// Works on the text and not on parsed values, so that only the escaped characters change.
#include "central_oauth/cli/AsciiJson.h"

#include "central_oauth/base/Utf8.h"
#include "central_oauth/cli/Failure.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace central_oauth::cli {

namespace {

constexpr bool isVisible(char32_t character) {
    return character >= U' ' && character < 0x7f;
}

// Takes the first character from `rest`, or U+FFFD for a byte that is not UTF-8.
char32_t takeCharacter(std::string_view& rest) {
    return base::takeCodePoint(rest).value_or(base::replacementCharacter);
}

void appendUnit(std::string& text, char32_t unit) {
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(unit & 0xffffU));
    text += escape.data();
}

void appendEscaped(std::string& text, char32_t code) {
    if (code < 0x10000U) {
        appendUnit(text, code);
    } else { // RFC 8259 section 7: a surrogate pair
        appendUnit(text, 0xd800U + ((code - 0x10000U) >> 10U));
        appendUnit(text, 0xdc00U + (code & 0x3ffU));
    }
}

// A cursor over the output of asciiJson, which is valid and has no blanks outside of strings.
class Scan {
public:
    explicit Scan(std::string_view text) : _text(text) {}

    [[nodiscard]] char here() const { return _at < _text.size() ? _text[_at] : '\0'; }
    void step() { _at = std::min(_at + 1, _text.size()); }

    /// Passes a comma. Returns false if there is none.
    bool passComma() {
        const bool isThere = here() == ',';
        if (isThere)
            step();
        return isThere;
    }

    /// Passes a string and returns it unchanged, without its quotes.
    std::string_view passString() {
        step();
        const std::size_t begin = _at;
        while (_at < _text.size() && _text[_at] != '"')
            _at += _text[_at] == '\\' ? 2U : 1U;
        const std::size_t end = std::min(_at, _text.size());
        _at = std::min(end + 1, _text.size());
        return _text.substr(begin, end - begin);
    }

    /// Passes a value of any kind and returns it unchanged.
    std::string_view passValue() {
        const std::size_t begin = _at;
        std::size_t depth = 0;
        while (here() != '\0') {
            const char c = here();
            if (depth == 0 && (c == ',' || c == ']' || c == '}'))
                break;
            if (c == '"') {
                static_cast<void>(passString());
                continue;
            }
            depth += c == '{' || c == '[' ? 1 : 0;
            depth -= c == '}' || c == ']' ? 1 : 0;
            step();
        }
        return _text.substr(begin, _at - begin);
    }

private:
    std::string_view _text;
    std::size_t _at = 0;
};

std::string_view memberOf(std::string_view object, std::string_view member) {
    std::string_view found;
    Scan scan(object);
    scan.step(); // {
    do {
        const std::string_view name = scan.passString();
        scan.step(); // :
        const std::string_view value = scan.passValue();
        if (name == member)
            found = value; // the last one counts, as in the parser
    } while (scan.passComma());
    return found;
}

} // namespace

std::string asciiJson(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    bool isInString = false;
    bool isEscaped = false;
    while (!json.empty()) {
        const char32_t character = takeCharacter(json);
        const bool blank = character == ' ' || character == '\t' || character == '\n' || character == '\r';
        if (!isInString && blank)
            continue;
        if (isVisible(character))
            text += static_cast<char>(character);
        else if (isInString && !isEscaped)
            appendEscaped(text, character);
        else
            throw UnreadableAnswer("it is not JSON");
        if (character == '"' && !isEscaped)
            isInString = !isInString;
        isEscaped = isInString && !isEscaped && character == '\\';
    }
    return text;
}

std::vector<std::string> itemsOf(std::string_view object, std::string_view member) {
    std::vector<std::string> items;
    const std::string_view list = memberOf(object, member);
    Scan scan(list);
    if (scan.here() != '[')
        return items;
    scan.step();
    if (scan.here() == ']')
        return items;
    do
        items.emplace_back(scan.passValue());
    while (scan.passComma());
    return items;
}

std::string quotedJson(std::string_view text) {
    std::string quoted = "\"";
    quoted.reserve(text.size() + 2);
    while (!text.empty()) {
        const char32_t character = takeCharacter(text);
        if (character == '"' || character == '\\')
            quoted += '\\';
        if (isVisible(character))
            quoted += static_cast<char>(character);
        else
            appendEscaped(quoted, character);
    }
    return quoted + '"';
}

} // namespace central_oauth::cli
