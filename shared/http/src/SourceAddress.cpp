// SPDX-License-Identifier: Apache-2.0
// Searches the hops that proxies report, from the right.
#include "central_oauth/http/SourceAddress.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include <Poco/Net/IPAddress.h>

namespace central_oauth::http {

namespace {

constexpr std::size_t maximumHops = 32;

// Returns whether the text is an IPv4 address as the system writes it: four numbers up to 255 without leading
// zeros. Nearly all addresses are, and the system's parser need not see them.
bool isCanonicalIpv4(std::string_view text) noexcept {
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && (text.empty() || text.front() != '.'))
            return false;
        text.remove_prefix(part > 0 ? 1 : 0);
        const auto digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
        const auto number = base::parseNumber<unsigned char>(digits);
        if (!number || (digits.size() > 1 && digits.front() == '0'))
            return false;
        text.remove_prefix(digits.size());
    }
    return text.empty();
}

std::optional<std::string> canonicalAddress(std::string_view text) {
    if (isCanonicalIpv4(text))
        return std::string(text);
    const bool version6 = text.find(':') != std::string_view::npos;
    // The system's parser accepts "127.1" and "2130706433", too.
    if (!version6 && (std::count(text.begin(), text.end(), '.') != 3 ||
                      text.find_first_not_of("0123456789.") != std::string_view::npos))
        return std::nullopt;
    if (text.find('%') != std::string_view::npos)
        return std::nullopt;
    Poco::Net::IPAddress address;
    if (!Poco::Net::IPAddress::tryParse(std::string(text), address))
        return std::nullopt;
    std::string canonical = address.toString();
    if (address.isIPv4Mapped())
        canonical.erase(0, canonical.rfind(':') + 1);
    return canonical;
}

// A node of RFC 7239 section 6, or the usual content of X-Forwarded-For: an address with or without port.
std::optional<std::string> addressOfHop(std::string_view hop) {
    if (hop.substr(0, 1) == "[") {
        const auto end = hop.find(']');
        return end == std::string_view::npos ? std::nullopt : canonicalAddress(hop.substr(1, end - 1));
    }
    if (std::count(hop.begin(), hop.end(), ':') == 1)
        hop = hop.substr(0, hop.find(':'));
    return canonicalAddress(hop);
}

// Splits from the right, where the trusted proxy wrote: an open quote further left, from the sender, can only
// corrupt the text to its left.
std::vector<std::string_view> splitFromRight(std::string_view line, char separator, bool quotes) {
    std::vector<std::string_view> pieces;
    bool quoted = false;
    std::size_t end = line.size();
    for (std::size_t at = line.size(); at-- > 0 && pieces.size() < maximumHops;) {
        if (quotes && line[at] == '"')
            quoted = !quoted;
        if (line[at] != separator || quoted)
            continue;
        pieces.push_back(base::trim(line.substr(at + 1, end - at - 1)));
        end = at;
    }
    if (pieces.size() < maximumHops)
        pieces.push_back(base::trim(line.substr(0, end)));
    return pieces;
}

// Returns the node of a forwarded-element (RFC 7239 section 4); empty unless there is exactly one.
std::string_view forNode(std::string_view element) {
    std::string_view node;
    for (const std::string_view pair : splitFromRight(element, ';', true)) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || !base::equalsIgnoringCase(pair.substr(0, equals), "for"))
            continue;
        if (!node.empty())
            return {};
        node = pair.substr(equals + 1);
    }
    if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
        node = node.substr(1, node.size() - 2);
    return node;
}

// Returns the reported hops, nearest first.
std::vector<std::string_view> hopsOf(ProxyHeader header, const Headers& headers) {
    const bool forwarded = header == ProxyHeader::forwarded;
    std::vector<std::string_view> lines = headers.all(forwarded ? "Forwarded" : "X-Forwarded-For");
    std::reverse(lines.begin(), lines.end());
    std::vector<std::string_view> hops;
    for (const std::string_view line : lines)
        for (const std::string_view element : splitFromRight(line, ',', forwarded))
            if (!element.empty())
                hops.push_back(forwarded ? forNode(element) : element);
    hops.resize(std::min(hops.size(), maximumHops));
    return hops;
}

} // namespace

std::string sourceAddress(const SourcePolicy& policy, std::string_view peer, const Headers& headers) {
    std::string source = canonicalAddress(peer.substr(0, peer.find('%'))).value_or(std::string(peer));
    if (!policy.isTrustedProxy || !policy.isTrustedProxy(source))
        return source;
    for (const std::string_view hop : hopsOf(policy.header, headers)) {
        auto address = addressOfHop(hop);
        if (!address)
            break;
        source = std::move(*address);
        if (!policy.isTrustedProxy(source))
            break;
    }
    return source;
}

} // namespace central_oauth::http
