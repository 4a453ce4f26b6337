// SPDX-License-Identifier: Apache-2.0
// Host and port of an http or https URL, compared by meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

enum class WebScheme { http, https };

/// A host and a port in one spelling for all that mean the same (RFC 3986 section 6.2): the host as
/// canonicalHost writes it, the scheme's own port filled in. A value.
class Authority {
public:
    /// Reads "host", "host:port" or "[IPv6]:port", as a Host header and a URL have it. Returns nullopt for
    /// anything else: user information, blanks, controls, bytes beyond ASCII, percent signs, a port that is
    /// no number from 1 to 65535 or has a leading zero.
    [[nodiscard]] static std::optional<Authority> parse(std::string_view text, WebScheme scheme);

    /// Without brackets.
    [[nodiscard]] const std::string& host() const noexcept { return _host; }
    [[nodiscard]] std::uint16_t port() const noexcept { return _port; }

    /// As browsers send it: IPv6 in brackets, the port only where it is not the scheme's own.
    [[nodiscard]] std::string text(WebScheme scheme) const;

    friend bool operator==(const Authority&, const Authority&) = default;

private:
    Authority(std::string host, std::uint16_t port);

    std::string _host;
    std::uint16_t _port;
};

/// The port that a URL of that scheme need not write.
[[nodiscard]] constexpr std::uint16_t portOf(WebScheme scheme) noexcept {
    return scheme == WebScheme::https ? 443 : 80;
}

/// Whether both are authorities, and mean the same under that scheme.
[[nodiscard]] bool sameAuthority(std::string_view one, std::string_view other, WebScheme scheme);

} // namespace central_oauth::base
