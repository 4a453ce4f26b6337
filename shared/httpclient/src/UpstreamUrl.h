// SPDX-License-Identifier: Apache-2.0
// An absolute http or https URL in the parts that a request needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// A value. `target` is the caller's own text, never decoded and encoded again.
struct UpstreamUrl {
    bool secure = true;
    std::string host; ///< as base::canonicalHost writes it
    std::uint16_t port = 443;
    std::string target; ///< path and query, e.g. "/oauth/token"

    /// "host:port" as in a CONNECT request, IPv6 addresses in brackets.
    [[nodiscard]] std::string authority() const;

    /// Scheme, host and port with the default port spelled out.
    [[nodiscard]] std::string origin() const;

    /// Whether the host can only be this machine: 127.0.0.0/8, ::1 or "localhost".
    [[nodiscard]] bool loopback() const;
};

/// Takes a URL apart; nothing where it is not absolute, not http(s), or has user information, a fragment,
/// spaces or control characters.
[[nodiscard]] std::optional<UpstreamUrl> parseUpstreamUrl(const std::string& url);

} // namespace central_oauth::httpclient
