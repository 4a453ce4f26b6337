// SPDX-License-Identifier: Apache-2.0
// The switch from error codes to statuses, and the JSON of an error.
#include "central_oauth/http/Errors.h"

#include "central_oauth/http/Encoding.h"

#include <algorithm>
#include <chrono>

namespace central_oauth::http {

using base::ErrorCode;

// No default case: a new code does not compile without a status.
int statusOf(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::invalidRequest:
    case ErrorCode::credentialInUrl:
        return 400;
    case ErrorCode::invalidCredential:
        return 401;
    case ErrorCode::insufficientScope:
    case ErrorCode::accessDenied:
    case ErrorCode::differentPerson:
    case ErrorCode::siteNotAllowed:
        return 403;
    case ErrorCode::notFound:
        return 404;
    case ErrorCode::methodNotAllowed:
        return 405;
    case ErrorCode::requestTimeout:
        return 408;
    case ErrorCode::conflict:
        return 409;
    case ErrorCode::expiredToken:
    case ErrorCode::alreadyDelivered:
        return 410;
    case ErrorCode::needsReauth:
        return 412;
    case ErrorCode::payloadTooLarge:
        return 413;
    case ErrorCode::unsupportedMediaType:
        return 415;
    case ErrorCode::slowDown:
    case ErrorCode::tooManyRequests:
        return 429;
    case ErrorCode::internal:
        return 500;
    case ErrorCode::notImplemented:
        return 501;
    case ErrorCode::providerMisconfigured:
    case ErrorCode::providerProtocol:
        return 502;
    case ErrorCode::providerUnavailable:
    case ErrorCode::rateLimited:
    case ErrorCode::storeUnavailable:
    case ErrorCode::busy:
        return 503;
    }
    return 500;
}

Response errorResponse(const base::Error& error, std::string_view requestId) {
    return errorResponse(error, statusOf(error.code()), requestId);
}

Response errorResponse(const base::Error& error, int status, std::string_view requestId) {
    std::string text = "{\"error\":" + jsonString(base::nameOf(error.code())) +
                       ",\"error_description\":" + jsonString(base::errorDescription(error.code()));
    if (!error.hint().empty())
        text += ",\"hint\":" + jsonString(error.hint());
    if (!error.reason().empty())
        text += ",\"reason\":" + jsonString(error.reason());
    if (error.cause())
        text += ",\"cause\":" + jsonString(base::nameOf(*error.cause()));
    if (const auto* failure = dynamic_cast<const ErrorWithMembers*>(&error))
        for (const auto& [name, json] : failure->members())
            text += ',' + jsonString(name) + ':' + json;
    text += ",\"request_id\":" + jsonString(requestId) + '}';
    Response response = Response::json(status, std::move(text));
    addErrorHeaders(response, error);
    return response;
}

void addErrorHeaders(Response& response, const base::Error& error) {
    constexpr std::chrono::seconds usualDelay{5};
    constexpr std::chrono::seconds shortestDelay{1};
    if (response.status() == 401)
        response.set("WWW-Authenticate", "Bearer");
    if (response.status() == 429 || response.status() == 503 || error.retryAfter())
        response.set(
            "Retry-After",
            std::to_string(std::max(error.retryAfter().value_or(usualDelay), shortestDelay).count()));
}

} // namespace central_oauth::http
