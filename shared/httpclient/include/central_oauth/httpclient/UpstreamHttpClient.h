// SPDX-License-Identifier: Apache-2.0
// The HTTP client that is lent to providers, and that the command-line client uses.
//
// Module httpclient: one verified HTTP/1.1 exchange per call. Knows TLS, proxies and deadlines; knows no
// OAuth, no JSON, no provider's settings. Depends on provider, base and Poco's NetSSL.
#pragma once

#include "central_oauth/platform/FileRole.h"
#include "central_oauth/provider/Services.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace central_oauth::httpclient {

/// What an UpstreamHttpClient may do.
struct UpstreamHttpOptions {
    /// Absolute URLs; only scheme, host and port count. Nothing else is ever contacted.
    std::vector<std::string> allowedOrigins{};
    std::filesystem::path extraCaFile{}; ///< PEM bundle trusted beside the system's CAs; empty: none
    platform::FileRole extraCaRole = platform::FileRole::authorities; ///< whose hands it may be in
    std::string extraCaSetting = "CENTRAL_OAUTH_UPSTREAM_CA"; ///< what error texts call the option above
    std::string httpsProxy{}; ///< HTTPS_PROXY, e.g. "http://proxy.example:3128"; empty: none
    std::string httpsProxySetting = "HTTPS_PROXY"; ///< what error texts call the option above
    std::string noProxy{};                         ///< NO_PROXY, as NoProxyList reads it
    std::string userAgent = "central-oauth";
    /// Called with the host and the Date field (RFC 9110 section 6.6.1) of each answer, on the caller's
    /// thread; must not throw. Empty: nobody listens.
    std::function<void(const std::string& host, const std::string& date)> onDate{};
};

/// Thrown for a request that breaks the rules of HTTP itself: nothing was sent, and the other side has no
/// part in it. `what()` never holds a value of the request.
class UnsendableRequest : public provider::HttpError {
public:
    explicit UnsendableRequest(const std::string& detail)
        : HttpError(provider::HttpFailure::notSent, detail) {}
};

class Connector;

/// Sends one request over one fresh connection and reads the whole answer.
///
/// No keep-alive, no resend, no redirects, no cookies. TLS ≥ 1.2 with the host name always checked, also for
/// loopback; plain http goes to loopback addresses only and never through a proxy. Answers have at most 256
/// KiB of body, 64 KiB of head, 128 fields. A TlsInitialisation must exist as long as this object.
///
/// Threads: any, several calls at once; immutable. A call blocks until its deadline at most, but for the name
/// lookup, which the C library bounds (resolv.conf).
///
/// Errors: the constructor throws base::Error(providerMisconfigured) whose text names the wrong option and
/// its fix.
class UpstreamHttpClient final : public provider::HttpClient {
public:
    explicit UpstreamHttpClient(const UpstreamHttpOptions& options);
    ~UpstreamHttpClient() override;

    /// Sends the request and returns whatever status came back; header names in lower case.
    /// Throws: UnsendableRequest for a bad URL or header; HttpError(notSent) while nothing of the request was
    /// written: name, connection, proxy, TLS, deadline; HttpError(outcomeUnknown) afterwards: reset,
    /// deadline, short, oversized or malformed answer; both with the LocalFault; ProviderError(misconfigured)
    /// when the URL's origin is not allowed.
    [[nodiscard]] provider::HttpResponse send(const provider::HttpRequest& request) const override;

private:
    std::unique_ptr<const Connector> _connector;
    std::set<std::string> _origins;
    std::string _userAgent;
    std::function<void(const std::string&, const std::string&)> _onDate;
};

} // namespace central_oauth::httpclient
