// SPDX-License-Identifier: Apache-2.0
// Drops from foreign text what a terminal would obey instead of show.
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>
#include <Poco/Unicode.h>

namespace central_oauth::cli {

namespace {

constexpr std::array<std::string_view, 4> credentialPrefixes{"cok_", "cop_", "cos_", "cog_"};
constexpr int escapeCharacter = 0x1b;
constexpr int bell = 0x07;
constexpr int controlSequence = 0x9b; // the one-character form of ESC [

bool isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// ECMA-48: a control sequence ends with a character from '@' to '~'; a string (title, link) ends with BEL or
// the sequence ESC \; everything else is ESC and one more character.
void skipEscape(Poco::TextIterator& it, const Poco::TextIterator& end) {
    const bool introduced = *it == controlSequence;
    ++it;
    if (it == end)
        return;
    const int kind = introduced ? '[' : *it;
    if (!introduced)
        ++it;
    if (kind == '[') {
        while (it != end && (*it < '@' || *it > '~'))
            ++it;
        if (it != end)
            ++it;
    } else if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
        while (it != end && *it != bell && *it != escapeCharacter)
            ++it;
        if (it != end && *it == bell)
            ++it;
    }
}

enum class Treatment { keep, blank, drop, question };

Treatment treatmentOf(int character) {
    if (character < 0)
        return Treatment::question;
    if (character == '\n' || character == '\r' || character == '\t')
        return Treatment::blank;
    Poco::Unicode::CharacterProperties properties{};
    Poco::Unicode::properties(character, properties);
    if (properties.category == Poco::Unicode::UCP_SEPARATOR)
        return Treatment::blank;
    // Formatting characters are the bidirectional controls and the invisible ones. Unassigned ones stay: they
    // are mostly younger than the table.
    if (properties.type == Poco::Unicode::UCP_CONTROL || properties.type == Poco::Unicode::UCP_FORMAT ||
        properties.type == Poco::Unicode::UCP_SURROGATE || properties.type == Poco::Unicode::UCP_PRIVATE_USE)
        return Treatment::drop;
    return Treatment::keep;
}

void append(std::string& text, int character) {
    std::array<unsigned char, Poco::TextEncoding::MAX_SEQUENCE_LENGTH> bytes{};
    const int length = Poco::UTF8Encoding().convert(character, bytes.data(), static_cast<int>(bytes.size()));
    std::transform(bytes.begin(), bytes.begin() + length, std::back_inserter(text),
                   [](unsigned char byte) { return static_cast<char>(byte); });
}

std::string withoutCredentials(std::string text) {
    for (const std::string_view prefix : credentialPrefixes) {
        for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
            at += prefix.size();
            const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
            const auto end = std::find_if_not(begin, text.end(), isWordCharacter);
            if (begin != end)
                text.replace(begin, end, "...");
        }
    }
    return text;
}

} // namespace

std::string printable(const std::string& text, std::size_t limit) {
    const Poco::UTF8Encoding encoding;
    Poco::TextIterator it(text, encoding);
    const Poco::TextIterator end(text);
    std::string shown;
    while (it != end) {
        const int character = *it;
        if (character == escapeCharacter || character == controlSequence) {
            skipEscape(it, end);
            continue;
        }
        const Treatment treatment = treatmentOf(character);
        if (treatment == Treatment::keep)
            append(shown, character);
        else if (treatment != Treatment::drop)
            shown += treatment == Treatment::blank ? ' ' : '?';
        ++it;
    }
    // Only now: a dropped character in the middle must not hide a credential. And before the cut.
    shown = withoutCredentials(std::move(shown));
    if (characterCount(shown) <= limit)
        return shown;
    std::string cut;
    std::size_t count = 0;
    for (Poco::TextIterator from(shown, encoding); count + 3 < limit; ++from, ++count)
        append(cut, *from);
    return cut + "...";
}

std::size_t characterCount(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

bool isIdentifier(std::string_view text, std::size_t limit) {
    return !text.empty() && text.size() <= limit && std::all_of(text.begin(), text.end(), isWordCharacter);
}

bool looksLikeCredential(const std::string& text) {
    return std::any_of(credentialPrefixes.begin(), credentialPrefixes.end(),
                       [&](std::string_view prefix) { return text.compare(0, prefix.size(), prefix) == 0; });
}

std::string shownOr(const std::string& placeholder, const std::string& text) {
    return printable(text) == text ? text : placeholder;
}

std::string shellWord(const std::string& text) {
    constexpr std::string_view harmless = "@%+=:,./";
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return isWordCharacter(c) || harmless.find(c) != std::string_view::npos;
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
    const auto count = minutes ? duration.count() / 60 : duration.count();
    return std::to_string(count) + (minutes ? " minute" : " second") + (count == 1 ? "" : "s");
}

} // namespace central_oauth::cli
