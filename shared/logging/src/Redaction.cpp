// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/Redaction.h"

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <array>

namespace central_oauth::logging {

namespace {

constexpr std::string_view mask = "[redacted]";

template <class Predicate>
std::size_t runEnd(std::string_view text, std::size_t from, Predicate belongs) {
    while (from < text.size() && belongs(text[from]))
        ++from;
    return from;
}

// Where a credential ends, and how much of its start may be shown. `end` is 0 if none starts here.
struct Found {
    std::size_t shown = 0;
    std::size_t end = 0;
};

Found findOwnCredential(std::string_view text, std::size_t at) {
    constexpr std::size_t fewest = 8;
    if (!base::looksLikeCredential(text.substr(at)))
        return {};
    const std::size_t end = runEnd(text, at + base::credentialPrefixSize, base::isIdCharacter);
    return end - at < base::credentialPrefixSize + fewest ? Found{} : Found{base::credentialPrefixSize, end};
}

// `wordEnd` remembers the end of the word last examined, so that "eyJeyJeyJ…" does not take quadratic time.
Found findWebToken(std::string_view text, std::size_t at, std::size_t& wordEnd) {
    // "eyJ" is {" in base64url; the header of every JSON Web Token begins with it.
    if (!text.substr(at).starts_with("eyJ"))
        return {};
    if (at >= wordEnd)
        wordEnd = runEnd(text, at, base::isIdCharacter);
    const std::size_t headerEnd = wordEnd;
    if (headerEnd == text.size() || text[headerEnd] != '.')
        return {};
    // Inside a word, only a text long enough for a header counts: "keyJar.cpp" is not one.
    constexpr std::size_t shortestHeader = 16;
    const bool insideWord = at > 0 && base::isIdCharacter(text[at - 1]);
    if (insideWord && headerEnd - at < shortestHeader)
        return {};
    return {0, runEnd(text, headerEnd, [](char c) { return c == '.' || base::isIdCharacter(c); })};
}

Found findBearer(std::string_view text, std::size_t at) {
    constexpr std::string_view scheme = "bearer";
    if (!base::startsWithIgnoringCase(text.substr(at), scheme))
        return {};
    const std::size_t gap = at + scheme.size();
    std::size_t start =
        runEnd(text, gap, [](char c) { return c == ' ' || c == '\t' || c == ':' || c == '='; });
    if (start == gap && text.substr(gap).starts_with("%20"))
        start += 3;
    if (start == gap)
        return {};
    start = runEnd(text, start, [](char c) { return c == '"' || c == '\''; });
    const std::size_t end = runEnd(text, start, [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\'' && c != ',' && c != ';';
    });
    return end == start ? Found{} : Found{start - at, end};
}

Found findCredential(std::string_view text, std::size_t at, std::size_t& wordEnd) {
    switch (text[at]) {
    case 'c':
        return findOwnCredential(text, at);
    case 'e':
        return findWebToken(text, at, wordEnd);
    case 'b':
    case 'B':
        return findBearer(text, at);
    default:
        return {};
    }
}

} // namespace

bool holdsCredential(std::string_view text) noexcept {
    // Few characters begin one, so most texts are only looked over.
    const auto begins = [](char c) { return c == 'c' || c == 'e' || c == 'b' || c == 'B'; };
    std::size_t wordEnd = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (begins(text[at]) && findCredential(text, at, wordEnd).end != 0)
            return true;
    return false;
}

std::string redact(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    std::size_t wordEnd = 0;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Found found = findCredential(text, at, wordEnd);
        if (found.end == 0) {
            ++at;
            continue;
        }
        result += text.substr(copied, at - copied + found.shown);
        result += mask;
        at = copied = found.end;
    }
    result += text.substr(copied);
    return result;
}

bool isSensitiveName(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> parts{"token", "secret", "password", "authorization",
                                                    "code_verifier"};
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char first = base::lower(name[at]);
        for (const auto part : parts)
            if (first == part.front() && base::startsWithIgnoringCase(name.substr(at), part))
                return true;
    }
    return false;
}

std::string maskLinkCode(std::string_view code) {
    constexpr std::size_t digitsOfCode = 12;
    std::string digits;
    bool strange = false;
    for (const char c : code) {
        if (base::isDigit(c))
            digits += c;
        else if (c != '-' && c != ' ')
            strange = true;
    }
    if (strange || digits.size() != digitsOfCode)
        return "****-****-****";
    return digits.substr(0, 4) + "-****-****";
}

} // namespace central_oauth::logging
