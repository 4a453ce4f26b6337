// SPDX-License-Identifier: Apache-2.0
// Opens the connection that one request needs: name, proxy, TLS.
#pragma once

#include "DeadlineConnection.h"
#include "ProxyRule.h"
#include "UpstreamUrl.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <string>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>

namespace central_oauth::httpclient {

/// No connection came about. The message says why in words of ours.
class ConnectException : public Poco::IOException {
public:
    ConnectException(const std::string& message, provider::LocalFault fault)
        : Poco::IOException(message), _fault(fault) {}

    /// Which part of this machine's surroundings failed.
    [[nodiscard]] provider::LocalFault fault() const noexcept { return _fault; }

private:
    provider::LocalFault _fault;
};

/// How upstreams are reached. Immutable, any thread. Errors: as UpstreamHttpClient's constructor.
class Connector {
public:
    explicit Connector(const UpstreamHttpOptions& options);

    /// A connection over which the request may be written at once: verified where the URL is https.
    /// Throws: Poco::Exception; nothing of a request has gone out then.
    [[nodiscard]] DeadlineConnection open(const UpstreamUrl& url, Deadline deadline) const;

private:
    [[nodiscard]] DeadlineConnection openTunnel(const UpstreamUrl& proxy, const UpstreamUrl& url,
                                                Deadline deadline) const;
    void tunnel(DeadlineConnection& connection, const UpstreamUrl& url) const;
    void secure(DeadlineConnection& connection, const std::string& host) const;

    Poco::Net::Context::Ptr _context;
    std::string _caSetting;
    std::string _proxySetting;
    ProxyRule _proxy;
};

} // namespace central_oauth::httpclient
