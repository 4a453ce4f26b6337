// SPDX-License-Identifier: Apache-2.0
// Removes control sequences from untrusted text.
#include "central_oauth/cli/PrintableText.h"

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>

#include <Poco/Unicode.h>

namespace central_oauth::cli {

namespace {

constexpr char32_t escapeCharacter = 0x1b;
constexpr char32_t bell = 0x07;
constexpr char32_t controlSequence = 0x9b; // the one-character form of ESC [
constexpr char32_t noCharacter = 0xffffffff;

char32_t take(std::string_view& rest) {
    return base::takeCodePoint(rest).value_or(noCharacter);
}

// ECMA-48: a control sequence ends with a character from '@' to '~'; a string (title, link) ends with BEL or
// the sequence ESC \; everything else is ESC and one more character. Skips what follows the introducer.
void skipEscape(std::string_view& rest, char32_t introducer) {
    if (rest.empty())
        return;
    const char32_t kind = introducer == controlSequence ? U'[' : take(rest);
    if (kind == '[') {
        while (!rest.empty()) {
            const char32_t character = take(rest);
            if (character >= '@' && character <= '~')
                return;
        }
    } else if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
        while (!rest.empty() && rest.front() != '\x1b')
            if (take(rest) == bell)
                return;
    }
}

enum class Treatment { keep, blank, drop, question };

Treatment treatmentOf(char32_t character) {
    if (character == noCharacter)
        return Treatment::question;
    if (character == '\n' || character == '\r' || character == '\t')
        return Treatment::blank;
    Poco::Unicode::CharacterProperties properties{};
    Poco::Unicode::properties(static_cast<int>(character), properties);
    if (properties.category == Poco::Unicode::UCP_SEPARATOR)
        return Treatment::blank;
    // Formatting characters are the bidirectional controls and the invisible ones. Unassigned ones stay,
    // because most are newer than Poco's table.
    if (properties.type == Poco::Unicode::UCP_CONTROL || properties.type == Poco::Unicode::UCP_FORMAT ||
        properties.type == Poco::Unicode::UCP_SURROGATE || properties.type == Poco::Unicode::UCP_PRIVATE_USE)
        return Treatment::drop;
    return Treatment::keep;
}

std::string withoutCredentials(std::string text) {
    for (const auto& prefix : base::credentialPrefixes) {
        for (std::size_t at = text.find(prefix.name); at != std::string::npos;
             at = text.find(prefix.name, at)) {
            at += prefix.name.size();
            const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
            const auto end = std::find_if_not(begin, text.end(), base::isIdCharacter);
            if (begin != end)
                text.replace(begin, end, "...");
        }
    }
    return text;
}

} // namespace

std::string printable(const std::string& text, std::size_t limit) {
    std::string_view rest = text;
    std::string shown;
    while (!rest.empty()) {
        const char32_t character = take(rest);
        if (character == escapeCharacter || character == controlSequence) {
            skipEscape(rest, character);
            continue;
        }
        const Treatment treatment = treatmentOf(character);
        if (treatment == Treatment::keep)
            base::appendCodePoint(shown, character);
        else if (treatment != Treatment::drop)
            shown += treatment == Treatment::blank ? ' ' : '?';
    }
    // After dropping characters, because one within a credential could hide it, and before the cut.
    shown = withoutCredentials(std::move(shown));
    if (base::countCodePoints(shown) <= limit)
        return shown;
    rest = shown;
    for (std::size_t count = 0; count + 3 < limit; ++count)
        static_cast<void>(take(rest));
    return shown.substr(0, shown.size() - rest.size()) + "...";
}

bool isIdentifier(std::string_view text, std::size_t limit) {
    return !text.empty() && text.size() <= limit && base::consistsOf(text, base::isIdCharacter);
}

std::string shownOr(const std::string& placeholder, const std::string& text) {
    return printable(text) == text ? text : placeholder;
}

std::string shellWord(const std::string& text) {
    constexpr std::string_view harmless = "@%+=:,./";
    const bool plain = !text.empty() && base::consistsOf(text, [&](char c) {
        return base::isIdCharacter(c) || harmless.find(c) != std::string_view::npos;
    });
    return plain ? text : shellQuoted(text);
}

std::string shellQuoted(std::string_view text) {
    std::string quoted = "'";
    quoted.reserve(text.size() + 2);
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\'";
        quoted += c;
    }
    return quoted + '\'';
}

std::string spokenDuration(std::chrono::seconds duration) {
    const bool minutes = duration >= std::chrono::seconds(120);
    return minutes ? base::counted(duration.count() / 60, "minute")
                   : base::counted(duration.count(), "second");
}

} // namespace central_oauth::cli
