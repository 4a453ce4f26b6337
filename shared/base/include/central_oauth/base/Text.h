// SPDX-License-Identifier: Apache-2.0
// Predicates and helpers for texts, independent of the locale: only ASCII letters and digits count.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace central_oauth::base {

[[nodiscard]] constexpr bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool isLowerLetter(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
[[nodiscard]] constexpr bool isUpperLetter(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
[[nodiscard]] constexpr bool isAlphanumeric(char c) noexcept {
    return isDigit(c) || isLowerLetter(c) || isUpperLetter(c);
}
[[nodiscard]] constexpr bool isHexDigit(char c) noexcept {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Returns whether ids of this service may contain the character: base64url, `A-Z a-z 0-9 _ -`.
[[nodiscard]] constexpr bool isIdCharacter(char c) noexcept {
    return isAlphanumeric(c) || c == '_' || c == '-';
}

/// Returns whether a URL may contain the character: reserved, unreserved and the percent sign (RFC 3986
/// section 2).
[[nodiscard]] constexpr bool isUrlCharacter(char c) noexcept {
    constexpr std::string_view marks = "-._~:/?#[]@!$&'()*+,;=%";
    return isAlphanumeric(c) || marks.find(c) != std::string_view::npos;
}

/// Returns whether a scope may contain the character (RFC 6749 section 3.3).
[[nodiscard]] constexpr bool isScopeCharacter(char c) noexcept {
    return c > ' ' && c < '\x7F' && c != '"' && c != '\\';
}

/// Returns whether the character is visible ASCII; a blank is not.
[[nodiscard]] constexpr bool isVisible(char c) noexcept {
    return c > ' ' && c < '\x7F';
}

/// Returns whether it is a C0 control or DEL.
[[nodiscard]] constexpr bool isControl(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

/// Returns whether the predicate holds for each character. True for an empty text.
template <class Predicate>
[[nodiscard]] constexpr bool consistsOf(std::string_view text, Predicate predicate) noexcept {
    return std::all_of(text.begin(), text.end(), predicate);
}

[[nodiscard]] constexpr bool hasControls(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), isControl);
}

/// Returns whether the text is printable ASCII without quotation mark and backslash, so that a JSON string
/// needs no escape for it (RFC 8259 section 7).
[[nodiscard]] bool isPlainJson(std::string_view text) noexcept;

/// Returns whether the text consists of digits. Returns false for an empty text.
[[nodiscard]] constexpr bool isNumber(std::string_view text) noexcept {
    return !text.empty() && consistsOf(text, isDigit);
}

/// Returns whether the text is an HTTP token: a method, field name or cookie name (RFC 9110 section 5.6.2).
[[nodiscard]] constexpr bool isToken(std::string_view text) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && consistsOf(text, [marks](char c) {
        return isAlphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

/// Parses the whole text as a number. Returns nullopt if it is no number or does not fit. A signed number may
/// start with a minus.
template <class Number>
[[nodiscard]] std::optional<Number> parseNumber(std::string_view text, int base = 10) noexcept {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number, base);
    return fault == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

[[nodiscard]] constexpr char lower(char c) noexcept {
    return isUpperLetter(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char upper(char c) noexcept {
    return isLowerLetter(c) ? static_cast<char>(c - 'a' + 'A') : c;
}
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);

/// Returns whether two texts are equal, ignoring the case of letters.
[[nodiscard]] constexpr bool equalsIgnoringCase(std::string_view one, std::string_view other) noexcept {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}
[[nodiscard]] constexpr bool startsWithIgnoringCase(std::string_view text, std::string_view prefix) noexcept {
    return equalsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

constexpr std::string_view spacesAndTabs = " \t";

/// Returns the text without the `dropped` characters at its end.
[[nodiscard]] constexpr std::string_view trimEnd(std::string_view text,
                                                 std::string_view dropped = spacesAndTabs) noexcept {
    return text.substr(0, text.find_last_not_of(dropped) + 1);
}

/// Returns the text without the `dropped` characters at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text,
                                              std::string_view dropped = spacesAndTabs) noexcept {
    text = trimEnd(text, dropped);
    text.remove_prefix(std::min(text.find_first_not_of(dropped), text.size()));
    return text;
}

/// Returns the trimmed entries of a comma-separated list: one more than there are commas.
[[nodiscard]] std::vector<std::string_view> splitList(std::string_view text);

/// Joins the texts, with `between` between each two. `textOf` converts an element to text.
template <class Texts, class TextOf = std::identity>
[[nodiscard]] std::string join(const Texts& texts, std::string_view between, TextOf textOf = {}) {
    std::string all;
    if constexpr (std::is_same_v<TextOf, std::identity>) { // one allocation
        std::size_t size = 0;
        for (const auto& text : texts)
            size += std::string_view(text).size() + between.size();
        all.reserve(size);
    }
    std::string_view gap;
    for (const auto& text : texts) {
        all.append(gap).append(textOf(text));
        gap = between;
    }
    return all;
}

/// Returns "1 day" or "3 days".
[[nodiscard]] std::string counted(long long count, std::string_view unit);

/// Returns the first `longest` bytes of an untrusted text at most, with "?" for each byte that is not visible
/// ASCII, and "..." if the text is longer.
[[nodiscard]] std::string visibleBeginning(std::string_view text, std::size_t longest);

} // namespace central_oauth::base
