// SPDX-License-Identifier: Apache-2.0
// Whether a host is reached through the proxy of HTTPS_PROXY and NO_PROXY.
#pragma once

#include "UpstreamUrl.h"
#include "central_oauth/httpclient/NoProxyList.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// The proxy and the hosts that go around it.
///
/// Immutable, any thread. Errors: the constructor throws base::Error(providerMisconfigured).
class ProxyRule {
public:
    /// `setting`: what error texts call the first.
    ProxyRule(const std::string& httpsProxy, const std::string& noProxy, const std::string& setting);

    /// The proxy for this upstream, valid as long as this object; null: connect directly.
    [[nodiscard]] const UpstreamUrl* proxyFor(const UpstreamUrl& upstream) const;

    /// The value of Proxy-Authorization; empty where the proxy's URL named no user.
    [[nodiscard]] const provider::Secret& authorization() const { return _authorization; }

private:
    std::optional<UpstreamUrl> _proxy;
    provider::Secret _authorization;
    NoProxyList _direct;
};

} // namespace central_oauth::httpclient
