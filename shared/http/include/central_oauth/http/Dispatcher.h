// SPDX-License-Identifier: Apache-2.0
// The processing that is common to all requests.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/HeaderBlock.h"
#include "central_oauth/http/RequestGuard.h"
#include "central_oauth/http/RequestHead.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/http/SourceAddress.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// Facts of an answered request, for metrics.
struct Answered {
    std::string_view method; ///< "other" for methods that this service does not know
    std::string_view route;  ///< the pattern; "-" if no route matched
    int status;
    std::chrono::microseconds duration;
};

/// Settings for all answers of a listener.
struct DispatcherOptions {
    /// Returns a unique id for a request: 1–64 characters of [A-Za-z0-9._-].
    std::function<std::string()> makeRequestId;

    /// Renders an error for a browser; the arguments are error, status and request id. If empty, all errors
    /// are JSON.
    std::function<Response(const base::Error&, int, const std::string&)> renderErrorPage = {};

    SourcePolicy source = {};

    /// Content-Security-Policy of pages that set none.
    std::string pagePolicy =
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /// The only authority at which pages are served, in any spelling; requests for others get 421. Empty
    /// allows any.
    std::string pageHost = {};

    bool https = false; ///< browsers use https: sends Strict-Transport-Security

    /// Called with each answer before it is sent. Must not throw.
    std::function<void(const Answered&)> onAnswered = {};
};

/// Answers a request whose framing was checked: request id, source address, route, query, body, handler,
/// errors, security headers, access log.
///
/// Owns its router. The logger behind the channel must outlive it.
///
/// Thread-safe; immutable.
///
/// Errors: `answer` throws nothing. A base::Error of a handler gets its own status. Any other exception
/// becomes 500; only the log has its text.
class Dispatcher {
public:
    Dispatcher(Router router, DispatcherOptions options, logging::Channel log);

    /// Answers one request, or holds it.
    [[nodiscard]] Response answer(RequestHead head, std::string body) const noexcept;

    /// Answers what did not become a request, with the headers and the log line of every answer, and closes
    /// the connection. `peer` is the address of the connection's other end.
    [[nodiscard]] Response refuse(const Refusal& refusal, const std::string& peer) const noexcept;

private:
    struct Exchange;

    Response respond(RequestHead& head, std::string body, Exchange& exchange) const;
    Response handle(RequestHead& head, std::string body, Exchange& exchange) const;
    Router::Match find(const RequestHead& head, Target& target, Exchange& exchange) const;
    bool isRightHost(const RequestHead& head, const Target& target, const Exchange& exchange) const;
    Response failure(const base::Error& error, int status, Exchange& exchange) const;
    void addCommonHeaders(Response& response, const Exchange& exchange) const;
    void report(const Exchange& exchange, int status) const;
    void logError(const base::Error& error, int status) const;

    /// The fields of all answers: with the policy of the kind or without it, and with no-store or without it.
    struct CommonHeaders {
        std::shared_ptr<const HeaderBlock> plain;
        std::shared_ptr<const HeaderBlock> notStored;
    };
    [[nodiscard]] CommonHeaders commonHeaders(const std::string& policy) const;

    Router _router;
    DispatcherOptions _options;
    CommonHeaders _withoutPolicy;
    CommonHeaders _ofPages;
    CommonHeaders _ofOthers;
    logging::Channel _log;
};

} // namespace central_oauth::http
