// SPDX-License-Identifier: Apache-2.0
// The steps of every request, and the fallback for every exception.
#include "central_oauth/http/Dispatcher.h"

#include "central_oauth/base/Authority.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/http/Encoding.h"
#include "central_oauth/http/Errors.h"
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>
#include <array>
#include <optional>

#include <Poco/Exception.h>

namespace central_oauth::http {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::array<std::string_view, 9> knownMethods{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                       "DELETE", "OPTIONS", "TRACE", "CONNECT"};

bool isKnownMethod(std::string_view method) {
    return std::find(knownMethods.begin(), knownMethods.end(), method) != knownMethods.end();
}

bool isCorrelationId(std::string_view text) {
    constexpr std::size_t longest = 64;
    return !text.empty() && text.size() <= longest &&
           base::consistsOf(text, [](char c) { return base::isIdCharacter(c) || c == '.'; });
}

// Shortens a requested host for display: it may hold anything, at any length.
std::string shownHost(std::string_view host) {
    constexpr std::size_t longest = 100;
    return base::displayText(host, longest);
}

// Names both sides of a mismatch, for the operator.
std::string differing(std::string_view name, std::string_view value, std::string_view otherName,
                      std::string_view other) {
    return std::string(name) + " is \"" + shownHost(value) + "\", " + std::string(otherName) + " \"" +
           shownHost(other) + "\"";
}

// For a browser that used another host name. The public host is not secret: every link contains it.
Error wrongHost(std::string_view asked, const std::string& served) {
    const auto shown = shownHost(asked);
    return Error(ErrorCode::invalidRequest,
                 "This service is reached at " + served + ", and the request asked for " +
                     (shown.empty() ? "no host" : shown) + ".",
                 differing("Host", asked, "the public host", served));
}

RouteKind kindOfUnlisted(std::string_view path) {
    const bool api = path == "/v1" || path.substr(0, 4) == "/v1/";
    return api ? RouteKind::api : RouteKind::page;
}

// Pages accept unknown parameters, because link scanners, mail programs and upstream add their own. In a call
// of the API they are a mistake.
Parameters queryOf(const Target& target, const Route& route) {
    if (route.kind != RouteKind::api)
        return Parameters::parseKnown(target.query, route.query, "query");
    auto query = Parameters::parse(target.query, "query");
    query.requireOnly(route.query, "query");
    return query;
}

// Methods without a meaning for a body refuse one; the sender would think it was read.
bool takesBody(const Route& route) {
    return route.method == "POST" || route.method == "PUT" || route.method == "PATCH";
}

[[noreturn]] void refuseBody(const Route& route) {
    const std::string parameters = base::join(route.query, ", ");
    throw Error(ErrorCode::invalidRequest,
                parameters.empty()
                    ? "This method takes no body here; send none."
                    : "This method takes no body here; send its values in the query: " + parameters + ".");
}

} // namespace

/// The known facts of one request.
struct Dispatcher::Exchange {
    std::string requestId;     ///< always our own: the caller's may not be unique
    std::string correlationId; ///< the caller's; empty if there is none or it is invalid
    std::string source;
    std::string_view method = "other";
    std::string_view route = "-";
    std::string_view allow = {};
    RouteKind kind = RouteKind::api;
    bool quiet = false;
    std::string_view error = {}; ///< name of the error in the answer
    std::string detail = {};     ///< of that error, for the operator
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

Dispatcher::Dispatcher(Router router, DispatcherOptions options, logging::Channel log)
    : _router(std::move(router)),
      _options(std::move(options)),
      _withoutPolicy(commonHeaders({})),
      _ofPages(commonHeaders(_options.pagePolicy)),
      _ofOthers(commonHeaders("default-src 'none'; frame-ancestors 'none'")),
      _log(std::move(log)) {}

Response Dispatcher::answer(RequestHead head, std::string body) const noexcept {
    try {
        const auto ids = head.headers.all("X-Correlation-ID");
        const bool given = ids.size() == 1 && isCorrelationId(ids.front());
        Exchange exchange{head.requestId.empty() ? _options.makeRequestId() : std::move(head.requestId),
                          given ? std::string(ids.front()) : std::string(),
                          sourceAddress(_options.source, head.peer, head.headers)};
        const logging::RequestScope scope(exchange.requestId);
        logging::RequestScope::note("correlation_id", exchange.correlationId);
        if (head.arrived != std::chrono::steady_clock::time_point())
            exchange.begin = head.arrived;
        Response response = respond(head, std::move(body), exchange);
        if (response.hold()) {
            response.keepRequestId(std::move(exchange.requestId));
            return response;
        }
        addCommonHeaders(response, exchange);
        report(exchange, response.status());
        return response;
    } catch (const std::exception& failure) {
        _log.error("a request could not be answered", {{"detail", failure.what()}});
    } catch (...) {
        _log.error("a request could not be answered");
    }
    return Response(500).closeConnection();
}

Response Dispatcher::refuse(const Refusal& refusal, const std::string& peer) const noexcept {
    try {
        Exchange exchange{_options.makeRequestId(), {}, sourceAddress(_options.source, peer, {})};
        const logging::RequestScope scope(exchange.requestId);
        Response response = failure(Error(refusal.code, refusal.hint), refusal.status, exchange);
        addCommonHeaders(response, exchange);
        report(exchange, response.status());
        response.closeConnection();
        return response;
    } catch (const std::exception& failure) {
        _log.error("a request could not be refused", {{"detail", failure.what()}});
    }
    return Response(500).closeConnection();
}

Response Dispatcher::respond(RequestHead& head, std::string body, Exchange& exchange) const {
    const auto broken = [&](const std::string& detail) {
        return failure(Error(ErrorCode::internal, {}, detail), 500, exchange);
    };
    try {
        return handle(head, std::move(body), exchange);
    } catch (const Error& error) {
        return failure(error, statusOf(error.code()), exchange);
    } catch (const Poco::Exception& unexpected) {
        return broken(unexpected.displayText());
    } catch (const std::exception& unexpected) {
        return broken(unexpected.what());
    } catch (...) {
        return broken("a handler threw something that is not an exception");
    }
}

Response Dispatcher::handle(RequestHead& head, std::string body, Exchange& exchange) const {
    Target target;
    Router::Match match = find(head, target, exchange);
    if (exchange.method == "other")
        throw Error(ErrorCode::notImplemented, "The method is not known here.");
    if (!isRightHost(head, target, exchange))
        return failure(wrongHost(head.headers.find("Host").value_or(std::string_view()), _options.pageHost),
                       421, exchange);
    if (match.allow.empty())
        throw Error(ErrorCode::notFound);
    if (match.route == nullptr)
        throw Error(ErrorCode::methodNotAllowed);
    auto query = queryOf(target, *match.route);
    if (!body.empty() && !takesBody(*match.route))
        refuseBody(*match.route);
    const Request request({head.method, std::move(target.path), match.route->pattern,
                           std::move(match.parameters), std::move(query), std::move(head.headers),
                           std::move(body), exchange.source, exchange.requestId, head.resumed});
    Response response = match.route->handler(request);
    if (response.hold() && head.resumed)
        throw Error(ErrorCode::internal, {}, "a handler holds a request twice");
    return response;
}

// Finds the route. Refuses credentials in the URL before any other check.
Router::Match Dispatcher::find(const RequestHead& head, Target& target, Exchange& exchange) const {
    if (isKnownMethod(head.method))
        exchange.method = *std::find(knownMethods.begin(), knownMethods.end(), head.method);
    exchange.kind = kindOfUnlisted(head.target);
    // Their targets are not paths (RFC 9112 section 3.2), and this service offers neither.
    if (head.method == "CONNECT" || (head.method == "OPTIONS" && head.target == "*"))
        throw Error(ErrorCode::notImplemented,
                    "This service is not a proxy, and has no OPTIONS for the whole server.");
    std::optional<Error> malformed;
    Router::Match match;
    try {
        target = parseTarget(head.target);
        match = _router.match(head.method, target);
        exchange.kind = match.allow.empty() ? kindOfUnlisted(target.path) : match.kind;
        exchange.allow = match.allow;
        if (!match.allow.empty())
            exchange.route = match.pattern;
        exchange.quiet = match.route != nullptr && match.route->quiet;
    } catch (const Error& error) {
        malformed = error;
    }
    const bool foreign = match.route != nullptr && match.route->foreignQuery;
    if (!foreign && queryCarriesCredential(rawQueryOf(head.target)))
        throw Error(ErrorCode::credentialInUrl);
    if (malformed)
        throw *malformed;
    return match;
}

bool Dispatcher::isRightHost(const RequestHead& head, const Target& target, const Exchange& exchange) const {
    const std::string_view host = head.headers.find("Host").value_or(std::string_view());
    if (!target.authority.empty() && !base::sameAuthority(target.authority, host, target.scheme))
        throw Error(ErrorCode::invalidRequest, "Request target and Host header name different hosts.",
                    differing("Host", host, "the request target", target.authority));
    // The style sheet is always served: the page with the 421 needs it.
    return exchange.kind != RouteKind::page || _options.pageHost.empty() || host == _options.pageHost ||
           base::sameAuthority(host, _options.pageHost,
                               _options.https ? base::WebScheme::https : base::WebScheme::http);
}

Response Dispatcher::failure(const Error& error, int status, Exchange& exchange) const {
    logError(error, status);
    exchange.error = base::nameOf(error.code());
    exchange.detail = error.what();
    const auto render = [&] {
        if (exchange.kind == RouteKind::page && _options.renderErrorPage)
            return _options.renderErrorPage(error, status, exchange.requestId);
        return errorResponse(error, status, exchange.requestId);
    };
    Response response(status);
    try {
        response = render();
    } catch (const std::exception& unexpected) {
        _log.error("an error page could not be rendered", {{"detail", unexpected.what()}});
        response = errorResponse(error, status, exchange.requestId);
    }
    addErrorHeaders(response, error);
    if (status == 405)
        response.set("Allow", std::string(exchange.allow));
    return response;
}

void Dispatcher::addCommonHeaders(Response& response, const Exchange& exchange) const {
    const auto& common = response.headers().has("Content-Security-Policy") ? _withoutPolicy
                         : exchange.kind == RouteKind::page                ? _ofPages
                                                                           : _ofOthers;
    const bool isStorable = exchange.kind == RouteKind::asset && response.status() < 400;
    const bool mayBeStored = isStorable || response.headers().has("Cache-Control");
    response.setBlock(mayBeStored ? common.plain : common.notStored);
    response.set("X-Request-ID", exchange.requestId);
    if (!exchange.correlationId.empty())
        response.set("X-Correlation-ID", exchange.correlationId);
}

Dispatcher::CommonHeaders Dispatcher::commonHeaders(const std::string& policy) const {
    Headers fields;
    fields.add("X-Content-Type-Options", "nosniff");
    fields.add("X-Frame-Options", "DENY");
    fields.add("Referrer-Policy", "same-origin");
    // A page that opened ours must not be able to navigate its window.
    fields.add("Cross-Origin-Opener-Policy", "same-origin");
    if (_options.https)
        fields.add("Strict-Transport-Security", "max-age=31536000");
    if (!policy.empty())
        fields.add("Content-Security-Policy", policy);
    auto plain = std::make_shared<const HeaderBlock>(fields);
    fields.add("Cache-Control", "no-store");
    return {std::move(plain), std::make_shared<const HeaderBlock>(std::move(fields))};
}

// Never logs path or query: the path holds codes, the query may hold anything.
void Dispatcher::report(const Exchange& exchange, int status) const {
    const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - exchange.begin);
    logging::RequestScope::note("error", exchange.error);
    logging::RequestScope::note("detail", exchange.detail);
    const std::initializer_list<logging::Field> fields{
        {"method", exchange.method},
        {"route", exchange.route},
        {"status", status},
        {"duration_ms", std::chrono::duration<double, std::milli>(duration).count()},
        {"peer_address", exchange.source}};
    if (exchange.quiet)
        _log.debug("request answered", fields);
    else
        _log.info("request answered", fields);
    if (_options.onAnswered)
        _options.onAnswered({exchange.method, exchange.route, status, duration});
}

void Dispatcher::logError(const Error& error, int status) const {
    const std::initializer_list<logging::Field> fields{{"error", base::nameOf(error.code())},
                                                       {"detail", error.what()}};
    if (error.code() == ErrorCode::internal)
        _log.error("request failed", fields);
    else if (status >= 500)
        _log.warning("request failed", fields);
    else
        _log.debug("request refused", fields);
}

} // namespace central_oauth::http
