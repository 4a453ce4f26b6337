// SPDX-License-Identifier: Apache-2.0
// Whether a host is contacted through the proxy of HTTPS_PROXY and NO_PROXY.
#pragma once

#include "UpstreamUrl.h"
#include "central_oauth/httpclient/NoProxyList.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// The proxy, and the hosts that bypass it.
///
/// Immutable, thread-safe. Errors: the constructor throws base::Error(providerMisconfigured).
class ProxyRule {
public:
    /// `setting` names `httpsProxy` in error texts.
    ProxyRule(const std::string& httpsProxy, const std::string& noProxy, const std::string& setting);

    /// Returns the proxy for this upstream, valid as long as this object. Returns null if the connection is
    /// direct.
    [[nodiscard]] const UpstreamUrl* proxyFor(const UpstreamUrl& upstream) const;

    /// Returns the value of Proxy-Authorization; empty if the proxy's URL names no user.
    [[nodiscard]] const provider::Secret& authorization() const { return _authorization; }

private:
    std::optional<UpstreamUrl> _proxy;
    provider::Secret _authorization;
    NoProxyList _direct;
};

} // namespace central_oauth::httpclient
