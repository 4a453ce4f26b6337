// SPDX-License-Identifier: Apache-2.0
// Whose request it is when proxies stand in between.
#pragma once

#include "central_oauth/http/Headers.h"

#include <functional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// The one header field in which trusted proxies name their peer.
enum class ProxyHeader {
    xForwardedFor,
    forwarded, ///< RFC 7239
};

/// Which proxies are believed, and in which header field.
struct SourcePolicy {
    /// Whether an address (canonical text, without port) is a trusted proxy's. Empty: none is.
    std::function<bool(std::string_view)> isTrustedProxy = {};
    ProxyHeader header = ProxyHeader::xForwardedFor;
};

/// The address a request comes from: the peer's, or if that is a trusted proxy, the right-most hop that is
/// not. Everything left of that hop is the sender's own claim and is not read. A hop that is no address
/// ("unknown", a hidden name, garbage) ends the walk at the proxy that reported it. IPv4 addresses inside
/// IPv6 come out as IPv4; scopes and ports are dropped.
[[nodiscard]] std::string sourceAddress(const SourcePolicy& policy, std::string_view peer,
                                        const Headers& headers);

} // namespace central_oauth::http
