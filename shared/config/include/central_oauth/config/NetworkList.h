// SPDX-License-Identifier: Apache-2.0
// A list of IP networks in CIDR notation (RFC 4632, RFC 4291 section 2.3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// A list of IPv4 and IPv6 networks.
///
/// An IPv4-mapped IPv6 address ("::ffff:10.0.0.1") counts as its IPv4 address. A value, immutable.
class NetworkList {
public:
    /// Parses a comma-separated list such as "10.0.0.0/8, ::1"; an address without a length is a network of
    /// one address. Returns nullopt if the list is invalid; `problem` then gives the position and the reason,
    /// without quoting the text.
    [[nodiscard]] static std::optional<NetworkList> parse(std::string_view text, std::string& problem);

    /// Returns whether the address, without port and brackets, is in one of the networks. Returns false for a
    /// text that is not an address.
    [[nodiscard]] bool contains(std::string_view address) const noexcept;

    /// Returns whether some network contains every address of its family.
    [[nodiscard]] bool containsEverything() const noexcept;

    [[nodiscard]] bool empty() const noexcept { return _networks.empty(); }

    /// Returns the networks as written.
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return _texts; }

private:
    struct Network {
        std::array<std::uint8_t, 16> bytes; ///< IPv4 as ::ffff:a.b.c.d
        std::size_t prefixBits;             ///< of 128
        bool ipv4;
    };

    [[nodiscard]] static std::optional<Network> parseNetwork(std::string_view text, std::string& problem);

    std::vector<Network> _networks;
    std::vector<std::string> _texts;
};

} // namespace central_oauth::config
