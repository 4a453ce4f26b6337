// SPDX-License-Identifier: Apache-2.0
// The parts of an absolute http or https URL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// A value. `target` is the caller's text, unchanged.
struct UpstreamUrl {
    bool secure = true;
    std::string host; ///< as base::canonicalHost returns it
    std::uint16_t port = 443;
    std::string target; ///< path and query, e.g. "/oauth/token"

    /// Returns "host:port" as in a CONNECT request, IPv6 addresses in brackets.
    [[nodiscard]] std::string authority() const;

    /// Returns scheme, host and port, with the default port written out.
    [[nodiscard]] std::string origin() const;

    /// Returns whether the host can only be this machine: 127.0.0.0/8, ::1 or "localhost".
    [[nodiscard]] bool loopback() const;
};

/// Parses a URL. Returns nullopt unless it is an absolute http or https URL without user information,
/// fragment, spaces and control characters.
[[nodiscard]] std::optional<UpstreamUrl> parseUpstreamUrl(const std::string& url);

} // namespace central_oauth::httpclient
