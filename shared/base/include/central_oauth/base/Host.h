// SPDX-License-Identifier: Apache-2.0
// IP addresses and host names, read strictly.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// 128 bits; IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using IpBytes = std::array<std::uint8_t, 16>;

/// Reads an address in the notation of RFC 4291 section 2.2 or four decimal numbers without leading zeros; no
/// brackets, no port, no zone.
[[nodiscard]] std::optional<IpBytes> parseIp(std::string_view text) noexcept;

/// Whether the bytes stand for an IPv4 address.
[[nodiscard]] bool isIpv4(const IpBytes& bytes) noexcept;

/// Whether it is an IP address without brackets or a name by RFC 1123 section 2.1. A name whose last label is
/// a number is none: it is a mistyped address.
[[nodiscard]] bool isHost(std::string_view text) noexcept;

/// Whether it names this machine alone: localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool isLoopbackHost(std::string_view host) noexcept;

/// As a URL or an address with port writes it: IPv6 in brackets.
[[nodiscard]] std::string bracketed(std::string_view host);

/// Returns the one spelling of a host: ASCII in lower case, without one trailing dot, IPv6 as in RFC 5952 and
/// without brackets. Returns nullopt for what isHost refuses.
[[nodiscard]] std::optional<std::string> canonicalHost(std::string_view host);

} // namespace central_oauth::base
