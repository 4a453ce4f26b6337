// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/httpclient/NoProxyList.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <optional>

#include <Poco/Net/IPAddress.h>

namespace central_oauth::httpclient {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view separators = ", \t\r\n";
constexpr std::size_t longestShownEntry = 60;

// Four decimal numbers only: programs disagree about other forms that the system's functions accept, such as
// 10.1 and 010.0.0.1.
std::optional<Bytes> ipv4Of(std::string_view text) {
    Bytes bytes;
    for (;;) {
        const auto part = text.substr(0, text.find('.'));
        const auto number = base::parseNumber<std::uint8_t>(part);
        if (!number || (part.size() > 1 && part.front() == '0'))
            return std::nullopt;
        bytes.push_back(*number);
        if (part.size() == text.size())
            return bytes.size() == 4 ? std::optional(std::move(bytes)) : std::nullopt;
        text.remove_prefix(part.size() + 1);
    }
}

// Returns the 4 or 16 bytes of an address. Returns nullopt if the text is none, or has a zone.
std::optional<Bytes> addressOf(std::string_view text) {
    if (text.find(':') == std::string_view::npos)
        return ipv4Of(text);
    const bool isPlain =
        base::consistsOf(text, [](char c) { return base::isHexDigit(c) || c == '.' || c == ':'; });
    Poco::Net::IPAddress address;
    if (!isPlain || !Poco::Net::IPAddress::tryParse(std::string(text), address))
        return std::nullopt;
    const auto* const begin = static_cast<const std::uint8_t*>(address.addr());
    Bytes bytes(begin, begin + address.length());
    // A mapped address means its IPv4 address (RFC 4291 section 2.5.5.2).
    const Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (bytes.size() == 16 && std::equal(mapped.begin(), mapped.end(), bytes.begin()))
        bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(mapped.size()));
    return bytes;
}

bool isName(std::string_view text) {
    const bool isWritten = base::consistsOf(text, [](char c) { return base::isIdCharacter(c) || c == '.'; });
    return isWritten && !text.empty() && text.find("..") == std::string_view::npos;
}

// Four numbers with dots look like an address; a name can't end in a number (RFC 3696 section 2).
bool looksLikeAddress(std::string_view name) {
    const auto last = name.substr(name.find_last_of('.') + 1);
    return base::consistsOf(last, base::isDigit);
}

// Removes ":PORT" from the end. Returns false if the port is invalid.
bool takePort(std::string_view& text, std::uint16_t& port) {
    const auto colon = text.rfind(':');
    const bool isBracketed = text.starts_with('[');
    const bool hasPort = colon != std::string_view::npos &&
                         (isBracketed ? colon == text.find(']') + 1 : text.find(':') == colon);
    if (!hasPort)
        return true;
    const auto number = base::parseNumber<std::uint16_t>(text.substr(colon + 1));
    if (!number || *number == 0)
        return false;
    port = *number;
    text = text.substr(0, colon);
    return true;
}

} // namespace

NoProxyList::NoProxyList(std::string_view text) {
    for (std::size_t position = 1;; ++position) {
        const auto start = text.find_first_not_of(separators);
        if (start == std::string_view::npos)
            return;
        text.remove_prefix(start);
        const auto entry = text.substr(0, text.find_first_of(separators));
        if (auto why = add(entry); !why.empty())
            // A misplaced URL may hold a password.
            _useless.push_back({position,
                                entry.find('@') == std::string_view::npos
                                    ? base::visibleBeginning(entry, longestShownEntry)
                                    : std::string(),
                                std::move(why)});
        text.remove_prefix(entry.size());
    }
}

std::string NoProxyList::add(std::string_view text) {
    if (text == "*") {
        _all = true;
        return {};
    }
    Entry entry;
    auto why = parse(base::lower(text), entry);
    if (why.empty())
        _entries.push_back(std::move(entry));
    return why;
}

std::string NoProxyList::parse(std::string_view text, Entry& entry) {
    if (text.find("://") != std::string_view::npos || text.find('@') != std::string_view::npos)
        return "is a URL; write only its host";
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        auto host = text.substr(0, slash);
        if (host.starts_with('[') && host.ends_with(']'))
            host = host.substr(1, host.size() - 2);
        const auto network = addressOf(host);
        const auto most = static_cast<unsigned>(network ? network->size() * 8 : 0);
        const auto bits = base::parseNumber<unsigned>(text.substr(slash + 1));
        if (!network)
            return "has a slash without an address before it";
        if (!bits || *bits > most)
            return "has no network length after its slash: 0 to " + std::to_string(most);
        entry.bytes = *network;
        entry.bits = *bits;
        return {};
    }
    if (!addressOf(text) && !takePort(text, entry.port))
        return "has no port after its colon";
    if (text.starts_with('[') && text.ends_with(']'))
        text = text.substr(1, text.size() - 2);
    if (auto address = addressOf(base::trim(text, "."))) {
        entry.bits = static_cast<unsigned>(address->size() * 8);
        entry.bytes = std::move(*address);
        return {};
    }
    if (text.starts_with("*."))
        text.remove_prefix(2);
    text = base::trim(text, ".");
    if (text.find('*') != std::string_view::npos)
        return "has a star that is neither alone nor at its start";
    if (!isName(text))
        return "is neither the name of a host nor an address";
    if (looksLikeAddress(text))
        return "looks like an address but is not valid";
    entry.name = std::string(text);
    return {};
}

bool NoProxyList::matches(const Entry& entry, const std::string& host, const Bytes& bytes) {
    if (!entry.name.empty())
        return bytes.empty() &&
               (host == entry.name || (host.size() > entry.name.size() && host.ends_with(entry.name) &&
                                       host[host.size() - entry.name.size() - 1] == '.'));
    if (bytes.size() != entry.bytes.size())
        return false;
    const std::size_t whole = entry.bits / 8;
    const unsigned rest = entry.bits % 8;
    if (!std::equal(entry.bytes.begin(), entry.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    bytes.begin()))
        return false;
    return rest == 0 || ((entry.bytes[whole] ^ bytes[whole]) >> (8 - rest)) == 0;
}

bool NoProxyList::contains(std::string_view host, std::uint16_t port) const {
    if (_all)
        return true;
    const std::string name = base::lower(base::trim(host, "."));
    const auto bytes = addressOf(name).value_or(Bytes());
    return std::any_of(_entries.begin(), _entries.end(), [&](const Entry& entry) {
        return (entry.port == 0 || entry.port == port) && matches(entry, name, bytes);
    });
}

} // namespace central_oauth::httpclient
