// SPDX-License-Identifier: Apache-2.0
// Opens the connection for one request: name lookup, proxy, TLS.
#pragma once

#include "DeadlineConnection.h"
#include "ProxyRule.h"
#include "UpstreamUrl.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <mutex>
#include <string>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>

namespace central_oauth::httpclient {

/// A connection can't be established. The message is a text of this module.
class ConnectException : public Poco::IOException {
public:
    ConnectException(const std::string& message, provider::LocalFault fault)
        : Poco::IOException(message), _fault(fault) {}

    /// Returns which part of the local environment failed.
    [[nodiscard]] provider::LocalFault fault() const noexcept { return _fault; }

private:
    provider::LocalFault _fault;
};

/// Connects to upstreams. Reads the system's CAs before its first TLS handshake.
///
/// Thread-safe.
/// Errors: as UpstreamHttpClient's constructor.
class Connector {
public:
    explicit Connector(const UpstreamHttpOptions& options);

    /// Returns a connection that is ready for the request, and verified if the URL is https.
    /// Throws: Poco::Exception; no part of a request was sent.
    [[nodiscard]] DeadlineConnection open(const UpstreamUrl& url, Deadline deadline) const;

private:
    [[nodiscard]] DeadlineConnection openTunnel(const UpstreamUrl& proxy, const UpstreamUrl& url,
                                                Deadline deadline) const;
    void tunnel(DeadlineConnection& connection, const UpstreamUrl& url) const;
    void secure(DeadlineConnection& connection, const std::string& host) const;
    void trustSystemOnce() const;

    Poco::Net::Context::Ptr _context;
    mutable std::mutex _mutex;          ///< guards _trustsSystem
    mutable bool _trustsSystem = false; ///< whether _context has the system's CAs
    std::string _caSetting;
    std::string _proxySetting;
    ProxyRule _proxy;
};

} // namespace central_oauth::httpclient
