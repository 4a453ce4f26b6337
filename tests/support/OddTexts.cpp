// SPDX-License-Identifier: Apache-2.0
#include "OddTexts.h"

namespace central_oauth::test {

using namespace std::string_literals;

namespace {

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string hexOf(char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {digits[byte / 16], digits[byte % 16]};
}

} // namespace

const std::vector<std::string>& oddTexts() {
    static const std::vector<std::string> texts{
        ""s,
        " "s,
        "a:b"s,
        ":"s,
        "a/b"s,
        "a\\b"s,
        "."s,
        ".."s,
        "%"s,
        "%00"s,
        "a\0b"s,
        "a\r\nX-Added: 1"s,
        "\t"s,
        "\x7f"s,
        "\"'<>`"s,
        "{\"a\":[1]}"s,
        "' OR 1=1 --"s,
        "a;b,c=d&e?f#g"s,
        "*"s,
        "-1"s,
        "0x10"s,
        "99999999999999999999"s,
        "null"s,
        "\xF0\x9F\x92\xA9"s, // an emoji
        "\xC2\x85"s,         // U+0085, a control character of two bytes
        "\xE2\x80\xAE"
        "abc"s, // writes from right to left
        "\xEF\xBB\xBF"
        "abc"s,          // a byte order mark
        "\xEF\xBF\xBF"s, // U+FFFF
        "\xFF\xFE"s,     // not UTF-8
        "\xC0\xAF"s,     // an overlong slash
        "\xED\xA0\x80"s, // a surrogate
        "\xF0\x9F"s,     // truncated
        "lnk_"s + std::string(22, 'A'),
        "acc_"s + std::string(22, 'A'),
        std::string(65, 'a'),
        std::string(300, 'a'),
        std::string(5000, 'a'),
    };
    return texts;
}

const std::vector<std::string>& oddUrlPieces() {
    static const std::vector<std::string> pieces = [] {
        std::vector<std::string> all{"a:b",    ":",   "a;b",      "a,b", "a@b",   "a'b",
                                     "!$()*+", "a=b", "a&b=c",    "%",   "%2",    "%zz",
                                     "%u0041", "%2f", "%2F..%2f", "%5c", "%2e%2e"};
        for (const auto& text : oddTexts())
            all.push_back(percentEncoded(text));
        return all;
    }();
    return pieces;
}

const std::vector<std::string>& oddHeaderValues() {
    static const std::vector<std::string> values = [] {
        std::vector<std::string> all{"a, b",   "a; b=c",  "=",       "%0d%0aX-Added: 1",
                                     "Bearer", "W/\"a\"", "bytes=0-"};
        for (const auto& text : oddTexts()) {
            const bool isSendable = text.find_first_of("\0\r\n\x7f"s) == std::string::npos;
            if (isSendable && text.size() < 5000)
                all.push_back(text);
        }
        all.emplace_back(7000, 'a');
        return all;
    }();
    return values;
}

std::string percentEncoded(std::string_view text) {
    std::string encoded;
    for (const char c : text)
        encoded += isUnreserved(c) ? std::string(1, c) : "%" + hexOf(c);
    return encoded;
}

std::string jsonQuoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            quoted += "\\u00" + hexOf(c);
        else
            quoted += c;
    }
    return quoted + '"';
}

} // namespace central_oauth::test
