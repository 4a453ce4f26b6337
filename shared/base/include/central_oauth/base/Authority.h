// SPDX-License-Identifier: Apache-2.0
// Host and port of an http or https URL, in canonical form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

enum class WebScheme { http, https };

/// A host and a port in canonical form (RFC 3986 section 6.2): the host as canonicalHost returns it, the port
/// always explicit. A value.
class Authority {
public:
    /// Parses "host", "host:port" or "[IPv6]:port", as in a Host header or a URL. Returns nullopt for
    /// anything else: user information, blanks, controls, non-ASCII bytes, percent signs, a port that is not
    /// a number from 1 to 65535 or has a leading zero.
    [[nodiscard]] static std::optional<Authority> parse(std::string_view text, WebScheme scheme);

    /// Without brackets.
    [[nodiscard]] const std::string& host() const noexcept { return _host; }
    [[nodiscard]] std::uint16_t port() const noexcept { return _port; }

    /// Returns the form that browsers send: IPv6 in brackets, the port only if it is not the scheme's
    /// default.
    [[nodiscard]] std::string text(WebScheme scheme) const;

    friend bool operator==(const Authority&, const Authority&) = default;

private:
    Authority(std::string host, std::uint16_t port);

    std::string _host;
    std::uint16_t _port;
};

/// Returns the default port of the scheme.
[[nodiscard]] constexpr std::uint16_t portOf(WebScheme scheme) noexcept {
    return scheme == WebScheme::https ? 443 : 80;
}

/// Returns whether both are authorities, and are equivalent under that scheme.
[[nodiscard]] bool sameAuthority(std::string_view one, std::string_view other, WebScheme scheme);

} // namespace central_oauth::base
