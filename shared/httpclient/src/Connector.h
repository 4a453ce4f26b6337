// SPDX-License-Identifier: Apache-2.0
// Opens the connection that one request needs: name, proxy, TLS.
#pragma once

#include "DeadlineConnection.h"
#include "ProxyRule.h"
#include "UpstreamUrl.h"

#include <filesystem>
#include <string>

#include <Poco/Net/Context.h>

namespace central_oauth::httpclient {

/// A client context: TLS ≥ 1.2, VERIFY_STRICT, host names checked, system CAs and the bundle (empty: none).
/// Throws: base::Error(providerMisconfigured) when the bundle can't be read.
[[nodiscard]] Poco::Net::Context::Ptr verifyingContext(const std::filesystem::path& extraCaFile);

/// How upstreams are reached. Immutable, any thread.
class Connector {
public:
    Connector(const std::filesystem::path& extraCaFile, const std::string& httpsProxy,
              const std::string& noProxy);

    /// A connection over which the request may be written at once: verified where the URL is https.
    /// Throws: Poco::Exception; nothing of a request has gone out then.
    [[nodiscard]] DeadlineConnection open(const UpstreamUrl& url, Deadline deadline) const;

private:
    void tunnel(DeadlineConnection& connection, const UpstreamUrl& url) const;

    Poco::Net::Context::Ptr _context;
    ProxyRule _proxy;
};

} // namespace central_oauth::httpclient
