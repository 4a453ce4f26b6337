// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/NetworkList.h"

#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"

#include <algorithm>

namespace central_oauth::config {

namespace {

constexpr std::size_t bitsOfMappedPrefix = 96;

// Returns whether the first `bits` bits are equal.
bool sharePrefix(const base::IpBytes& a, const base::IpBytes& b, std::size_t bits) noexcept {
    const std::size_t whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
        return false;
    const std::size_t rest = bits % 8;
    return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

bool hasBitsBeyond(const base::IpBytes& bytes, std::size_t bits) noexcept {
    for (std::size_t bit = bits; bit < bytes.size() * 8; ++bit) {
        if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return true;
    }
    return false;
}

} // namespace

std::optional<NetworkList::Network> NetworkList::parseNetwork(std::string_view text, std::string& problem) {
    const auto slash = text.find('/');
    const auto address = base::parseIp(text.substr(0, slash));
    if (!address) {
        problem = "is not an IP address";
        return std::nullopt;
    }
    const bool ipv4 = base::isIpv4(*address);
    const bool writtenAsIpv6 = text.find(':') != std::string_view::npos;
    const std::size_t skipped = writtenAsIpv6 ? 0 : bitsOfMappedPrefix;
    const std::size_t available = address->size() * 8 - skipped;
    std::size_t bits = available;
    if (slash != std::string_view::npos) {
        const auto length = base::parseNumber<std::size_t>(text.substr(slash + 1));
        if (!length || *length > available) {
            problem = "has a prefix length that is not a number from 0 to " + std::to_string(available);
            return std::nullopt;
        }
        bits = *length;
    }
    // "10.1.2.3/8" may be a mistyped /32 or a mistyped network.
    if (hasBitsBeyond(*address, bits + skipped)) {
        problem = "has address bits beyond its prefix length";
        return std::nullopt;
    }
    return Network{*address, bits + skipped, ipv4};
}

std::optional<NetworkList> NetworkList::parse(std::string_view text, std::string& problem) {
    NetworkList list;
    std::size_t position = 0;
    for (const auto entry : base::splitList(text)) {
        ++position;
        const auto network = parseNetwork(entry, problem);
        if (!network) {
            problem.insert(0, "has an entry " + std::to_string(position) + " that ");
            return std::nullopt;
        }
        list._networks.push_back(*network);
        list._texts.emplace_back(entry);
    }
    return list;
}

bool NetworkList::contains(std::string_view address) const noexcept {
    const auto bytes = base::parseIp(address);
    if (!bytes)
        return false;
    const bool ipv4 = base::isIpv4(*bytes);
    return std::any_of(_networks.begin(), _networks.end(), [&](const Network& network) {
        return network.ipv4 == ipv4 && sharePrefix(*bytes, network.bytes, network.prefixBits);
    });
}

bool NetworkList::containsEverything() const noexcept {
    return std::any_of(_networks.begin(), _networks.end(), [](const Network& network) {
        return network.prefixBits == (network.ipv4 ? bitsOfMappedPrefix : 0);
    });
}

} // namespace central_oauth::config
