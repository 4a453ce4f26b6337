// SPDX-License-Identifier: Apache-2.0
// The HTTP client that the host lends to providers, and that the command-line client uses.
//
// Module httpclient: one verified HTTP/1.1 exchange per call. Knows TLS, proxies and deadlines; knows no
// OAuth, no JSON and no provider's settings.
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

/// Options of an UpstreamHttpClient.
struct UpstreamHttpOptions {
    /// Absolute URLs; only scheme, host and port count. The client contacts no other origin.
    std::vector<std::string> allowedOrigins{};
    std::filesystem::path extraCaFile{}; ///< PEM bundle trusted beside the system's CAs; may be empty
    platform::FileRole extraCaRole = platform::FileRole::authorities; ///< decides who may own that file
    std::string extraCaSetting = "CENTRAL_OAUTH_UPSTREAM_CA"; ///< the name of extraCaFile in error texts
    std::string httpsProxy{}; ///< HTTPS_PROXY, e.g. "http://proxy.example:3128"; may be empty
    std::string httpsProxySetting = "HTTPS_PROXY"; ///< the name of httpsProxy in error texts
    std::string noProxy{};                         ///< NO_PROXY, see NoProxyList
    std::string userAgent = "central-oauth";
    /// Called with the host and the Date field (RFC 9110 section 6.6.1) of each answer, on the caller's
    /// thread. Must not throw. May be empty.
    std::function<void(const std::string& host, const std::string& date)> onDate{};
};

/// A request that breaks the rules of HTTP. Nothing was sent, and the other side is not the cause. `what()`
/// never holds a value of the request.
class UnsendableRequest : public provider::HttpError {
public:
    explicit UnsendableRequest(const std::string& detail)
        : HttpError(provider::HttpFailure::notSent, detail) {}
};

class Connector;

/// Sends one request over a new connection and reads the whole answer.
///
/// No keep-alive, no resend, no redirects, no cookies. TLS ≥ 1.2; always checks the host name, also for
/// loopback. Sends plain http only to loopback addresses, and never through a proxy. An answer may have at
/// most 256 KiB of body, 64 KiB of head and 128 fields. A TlsInitialisation must exist as long as this
/// object.
///
/// Thread-safe; immutable. A call blocks at most until its deadline, except for the name lookup, which the C
/// library bounds (resolv.conf).
///
/// Errors: the constructor throws base::Error(providerMisconfigured) whose text names the wrong option and
/// its fix.
class UpstreamHttpClient final : public provider::HttpClient {
public:
    explicit UpstreamHttpClient(const UpstreamHttpOptions& options);
    ~UpstreamHttpClient() override;

    /// Sends the request and returns the answer, whatever its status; header names are in lower case.
    /// Throws: UnsendableRequest for a bad URL or header; ProviderError(misconfigured) if the URL's origin is
    /// not allowed; HttpError(notSent) for a failure before any of the request was written: name, connection,
    /// proxy, TLS, deadline; HttpError(outcomeUnknown) for a later failure: reset, deadline, short, oversized
    /// or malformed answer. Each HttpError carries its LocalFault.
    [[nodiscard]] provider::HttpResponse send(const provider::HttpRequest& request) const override;

private:
    std::unique_ptr<const Connector> _connector;
    std::set<std::string> _origins;
    std::string _userAgent;
    std::function<void(const std::string&, const std::string&)> _onDate;
};

} // namespace central_oauth::httpclient
