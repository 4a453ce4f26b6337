// SPDX-License-Identifier: Apache-2.0
// IP addresses and host names, parsed strictly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// 128 bits; IPv4 is mapped to ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using IpBytes = std::array<std::uint8_t, 16>;

/// Parses an address in the notation of RFC 4291 section 2.2, or four decimal numbers without leading zeros.
/// Accepts no brackets, port or zone. Returns nullopt for anything else.
[[nodiscard]] std::optional<IpBytes> parseIp(std::string_view text) noexcept;

/// Returns whether the bytes represent an IPv4 address.
[[nodiscard]] bool isIpv4(const IpBytes& bytes) noexcept;

/// Returns a key, not a text, of the addresses that cost their owner nothing more than this one: those of one
/// /64 of IPv6. Each IPv4 address has its own. Ignores a zone. Returns what is not an address as it is.
[[nodiscard]] std::string networkOf(std::string_view address);

/// Returns whether the text is an IP address without brackets, or a name by RFC 1123 section 2.1. A name
/// whose last label is a number is refused: it is a mistyped address.
[[nodiscard]] bool isHost(std::string_view text) noexcept;

/// Returns whether the host is this machine only: localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool isLoopbackHost(std::string_view host) noexcept;

/// Returns the host as a URL contains it: IPv6 in brackets.
[[nodiscard]] std::string bracketed(std::string_view host);

/// Returns the canonical spelling of a host: lower-case ASCII, without one trailing dot, IPv6 as in RFC 5952
/// and without brackets. Returns nullopt if isHost refuses the text.
[[nodiscard]] std::optional<std::string> canonicalHost(std::string_view host);

} // namespace central_oauth::base
