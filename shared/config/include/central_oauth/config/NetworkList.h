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

/// Whether an address belongs to one of some networks, IPv4 and IPv6.
///
/// An IPv4 address written as IPv6 ("::ffff:10.0.0.1") counts as the IPv4 address. A value, immutable once
/// parsed.
class NetworkList {
public:
    /// Reads a comma separated list such as "10.0.0.0/8, ::1"; an address without length stands for itself.
    /// Where the list is wrong the answer is nothing and `problem` says why, by position and without the
    /// text.
    [[nodiscard]] static std::optional<NetworkList> parse(std::string_view text, std::string& problem);

    /// Whether the address, without port and brackets, lies in one of the networks. What is no address does
    /// not.
    [[nodiscard]] bool contains(std::string_view address) const noexcept;

    /// Whether some network holds every address of its family.
    [[nodiscard]] bool containsEverything() const noexcept;

    [[nodiscard]] bool empty() const noexcept { return _networks.empty(); }

    /// The networks as they were written.
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return _texts; }

private:
    struct Network {
        std::array<std::uint8_t, 16> bytes; ///< IPv4 as ::ffff:a.b.c.d
        std::size_t prefixBits;             ///< of the 128
        bool ipv4;
    };

    [[nodiscard]] static std::optional<Network> parseNetwork(std::string_view text, std::string& problem);

    std::vector<Network> _networks;
    std::vector<std::string> _texts;
};

} // namespace central_oauth::config
