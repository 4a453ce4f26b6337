// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Host.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace central_oauth::base {

namespace {

constexpr IpBytes mappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::optional<std::array<std::uint8_t, 4>> parseIpv4(std::string_view text) noexcept {
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool last = i + 1 == bytes.size();
        const auto dot = text.find('.');
        if (last != (dot == std::string_view::npos))
            return std::nullopt;
        const auto octet = text.substr(0, dot);
        const auto number = parseNumber<std::uint8_t>(octet);
        // A leading zero means octal on some systems and decimal on others.
        if (!number || (octet.size() > 1 && octet.front() == '0'))
            return std::nullopt;
        bytes[i] = *number;
        if (!last)
            text.remove_prefix(dot + 1);
    }
    return bytes;
}

// The bytes of at most one address.
struct Bytes {
    IpBytes values{};
    std::size_t size = 0;

    bool append(unsigned value) noexcept {
        if (size == values.size())
            return false;
        values[size++] = static_cast<std::uint8_t>(value);
        return true;
    }
};

std::optional<unsigned> parseGroup(std::string_view group) noexcept {
    constexpr std::size_t mostDigits = 4;
    return group.size() <= mostDigits ? parseNumber<unsigned>(group, 16) : std::nullopt;
}

// Parses groups such as "fe80:1" or "ffff:10.0.0.1"; an empty text has none.
std::optional<Bytes> parseGroups(std::string_view text) noexcept {
    Bytes bytes;
    while (!text.empty()) {
        const auto colon = text.find(':');
        const bool last = colon == std::string_view::npos;
        const auto group = text.substr(0, colon);
        if (const auto ipv4 = parseIpv4(group); ipv4 && last) {
            const bool fits =
                std::all_of(ipv4->begin(), ipv4->end(), [&](auto byte) { return bytes.append(byte); });
            return fits ? std::optional(bytes) : std::nullopt;
        }
        const auto value = parseGroup(group);
        if (!value || !bytes.append(*value >> 8) || !bytes.append(*value & 0xFF))
            return std::nullopt;
        if (last)
            return bytes;
        text.remove_prefix(colon + 1);
        if (text.empty())
            return std::nullopt;
    }
    return bytes;
}

std::optional<IpBytes> parseIpv6(std::string_view text) noexcept {
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto bytes = parseGroups(text);
        return bytes && bytes->size == bytes->values.size() ? std::optional(bytes->values) : std::nullopt;
    }
    const auto before = text.substr(0, gap);
    // An embedded IPv4 address is allowed only at the end.
    const auto head = before.find('.') == std::string_view::npos ? parseGroups(before) : std::nullopt;
    const auto tail = parseGroups(text.substr(gap + 2));
    // "::" represents at least one group.
    if (!head || !tail || head->size + tail->size > head->values.size() - 2)
        return std::nullopt;
    IpBytes result = head->values;
    std::copy_n(tail->values.begin(), tail->size, result.end() - static_cast<std::ptrdiff_t>(tail->size));
    return result;
}

// RFC 5952 section 4: no leading zeros, and "::" for the first of the longest runs of at least two zeros.
std::string ipv6Text(const IpBytes& bytes) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
    std::size_t start = groups.size();
    std::size_t length = 1;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto end = std::find_if(groups.begin() + static_cast<std::ptrdiff_t>(i), groups.end(),
                                      [](unsigned group) { return group != 0; });
        const auto run = static_cast<std::size_t>(end - groups.begin()) - i;
        if (run > length) {
            start = i;
            length = run;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == start) {
            text += "::";
            i += length - 1;
            continue;
        }
        std::array<char, 4> digits{};
        const auto written = std::to_chars(digits.begin(), digits.end(), groups[i], 16);
        if (!text.empty() && text.back() != ':')
            text += ':';
        text.append(digits.begin(), written.ptr);
    }
    return text;
}

bool isLabel(std::string_view label) noexcept {
    constexpr std::size_t longestLabel = 63;
    return !label.empty() && label.size() <= longestLabel && label.front() != '-' && label.back() != '-' &&
           consistsOf(label, isIdCharacter);
}

} // namespace

std::optional<IpBytes> parseIp(std::string_view text) noexcept {
    if (text.find(':') != std::string_view::npos)
        return parseIpv6(text);
    const auto ipv4 = parseIpv4(text);
    if (!ipv4)
        return std::nullopt;
    IpBytes bytes = mappedPrefix;
    std::copy(ipv4->begin(), ipv4->end(), bytes.begin() + 12);
    return bytes;
}

bool isIpv4(const IpBytes& bytes) noexcept {
    return std::equal(bytes.begin(), bytes.begin() + 12, mappedPrefix.begin());
}

std::string networkOf(std::string_view address) {
    constexpr std::size_t networkBytes = 8;
    const auto bytes = parseIp(address.substr(0, address.find('%')));
    if (!bytes)
        return std::string(address);
    return {bytes->begin(), isIpv4(*bytes) ? bytes->end() : bytes->begin() + networkBytes};
}

bool isHost(std::string_view text) noexcept {
    constexpr std::size_t longestName = 253;
    if (parseIp(text))
        return true;
    if (text.empty() || text.size() > longestName)
        return false;
    for (;;) {
        const auto dot = text.find('.');
        const auto label = text.substr(0, dot);
        if (!isLabel(label))
            return false;
        if (dot == std::string_view::npos)
            return !isNumber(label);
        text.remove_prefix(dot + 1);
    }
}

bool isLoopbackHost(std::string_view host) noexcept {
    if (equalsIgnoringCase(host, "localhost"))
        return true;
    const auto bytes = parseIp(host);
    if (!bytes)
        return false;
    constexpr IpBytes loopbackIpv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return *bytes == loopbackIpv6 || (isIpv4(*bytes) && (*bytes)[12] == 127);
}

std::string bracketed(std::string_view host) {
    const std::string text(host);
    return host.find(':') == std::string_view::npos ? text : '[' + text + ']';
}

std::optional<std::string> canonicalHost(std::string_view host) {
    if (host.find(':') != std::string_view::npos) {
        const auto bytes = parseIpv6(host);
        return bytes ? std::optional(ipv6Text(*bytes)) : std::nullopt;
    }
    if (host.ends_with('.'))
        host.remove_suffix(1);
    if (!isHost(host))
        return std::nullopt;
    return lower(host);
}

} // namespace central_oauth::base
