// SPDX-License-Identifier: Apache-2.0
// The source address of a request that came through proxies.
#pragma once

#include "central_oauth/http/Headers.h"

#include <functional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// The header field in which trusted proxies name their peer.
enum class ProxyHeader {
    xForwardedFor,
    forwarded, ///< RFC 7239
};

/// Which proxies are trusted, and in which header field.
struct SourcePolicy {
    /// Returns whether an address (canonical text, without port) belongs to a trusted proxy. If empty, none
    /// does.
    std::function<bool(std::string_view)> isTrustedProxy = {};
    ProxyHeader header = ProxyHeader::xForwardedFor;
};

/// Returns the source address of a request: the peer's, or if the peer is a trusted proxy, the right-most hop
/// that is not one. Ignores all hops to the left of it: the sender may have invented them. A hop that is not
/// an address ("unknown", a hidden name, garbage) stops the search at the proxy that reported it. Returns
/// IPv4-mapped IPv6 addresses as IPv4; drops scopes and ports.
[[nodiscard]] std::string sourceAddress(const SourcePolicy& policy, std::string_view peer,
                                        const Headers& headers);

} // namespace central_oauth::http
