// SPDX-License-Identifier: Apache-2.0
// Everything that happens to every request, in one place.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/RequestGuard.h"
#include "central_oauth/http/RequestHead.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/http/SourceAddress.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// What is known of a request once it is answered; for metrics.
struct Answered {
    std::string_view method; ///< "other" for methods this service does not know
    std::string_view route;  ///< the pattern; "-" where no route matched
    int status;
    std::chrono::microseconds duration;
};

/// What composition decides about all answers of a listener.
struct DispatcherOptions {
    /// Makes the id of a request, unique: 1–64 of [A-Za-z0-9._-].
    std::function<std::string()> makeRequestId;

    /// Renders an error for a browser; arguments are error, status, request id. Empty: JSON for all.
    std::function<Response(const base::Error&, int, const std::string&)> renderErrorPage = {};

    SourcePolicy source = {};

    /// Content-Security-Policy of pages that set none themselves.
    std::string pagePolicy =
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /// The only authority at which pages are served, in any spelling; others get 421. Empty: any.
    std::string pageHost = {};

    bool https = false; ///< browsers reach the service by https: sends Strict-Transport-Security

    /// Called after each answer, before it is sent. Must not throw.
    std::function<void(const Answered&)> onAnswered = {};
};

/// Takes a request, whose framing was checked before, to its answer: request id, source address, route,
/// query, body, handler, errors, security headers, access log.
///
/// Owns its router; the logger behind the channel outlives it.
///
/// Threads: any, several at once; immutable after construction.
///
/// Errors: none leaves `answer`. A handler's base::Error becomes its status; anything else becomes 500, and
/// only the log says what it was.
class Dispatcher {
public:
    Dispatcher(Router router, DispatcherOptions options, logging::Channel log);

    /// Answers one request, or holds it.
    [[nodiscard]] Response answer(const RequestHead& head, std::string body) const noexcept;

    /// The answer to what did not become a request, with the headers and the log line of every answer. `peer`
    /// is the connection's other end. It closes the connection.
    [[nodiscard]] Response refuse(const Refusal& refusal, const std::string& peer) const noexcept;

private:
    struct Exchange;

    Response respond(const RequestHead& head, std::string body, Exchange& exchange) const;
    Response handle(const RequestHead& head, std::string body, Exchange& exchange) const;
    Router::Match find(const RequestHead& head, Target& target, Exchange& exchange) const;
    bool isRightHost(const RequestHead& head, const Target& target, const Exchange& exchange) const;
    Response failure(const base::Error& error, int status, Exchange& exchange) const;
    void addCommonHeaders(Response& response, const Exchange& exchange) const;
    void report(const Exchange& exchange, int status) const;
    void logError(const base::Error& error, int status) const;

    Router _router;
    DispatcherOptions _options;
    logging::Channel _log;
};

} // namespace central_oauth::http
