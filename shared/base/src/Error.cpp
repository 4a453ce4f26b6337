// SPDX-License-Identifier: Apache-2.0
// Names and fixed sentences of the error codes.
#include "central_oauth/base/Error.h"

namespace central_oauth::base {

namespace {

struct ErrorText {
    std::string_view name;
    std::string_view description;
};

// No default: a new code does not compile until it has its texts.
constexpr ErrorText textOf(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::invalidRequest:
        return {"invalid_request", "The request is not of the form this route takes."};
    case ErrorCode::credentialInUrl:
        return {"credential_in_url",
                "A credential does not belong into a URL; send it as Authorization: Bearer."};
    case ErrorCode::invalidCredential:
        return {"invalid_credential", "The credential is missing, unknown or no longer valid."};
    case ErrorCode::insufficientScope:
        return {"insufficient_scope", "The key does not have the scope that this route needs."};
    case ErrorCode::accessDenied:
        return {"access_denied", "The link ended without a grant."};
    case ErrorCode::differentPerson:
        return {"different_person", "Another person than the expected one approved."};
    case ErrorCode::siteNotAllowed:
        return {"site_not_allowed", "The grant reaches no site that this request may use."};
    case ErrorCode::notFound:
        return {"not_found", "There is nothing here that this credential can see."};
    case ErrorCode::methodNotAllowed:
        return {"method_not_allowed", "This route does not take that method."};
    case ErrorCode::requestTimeout:
        return {"request_timeout", "The request did not arrive in time."};
    case ErrorCode::conflict:
        return {"conflict", "The request does not fit the present state."};
    case ErrorCode::expiredToken:
        return {"expired_token", "The link code has expired."};
    case ErrorCode::alreadyDelivered:
        return {"already_delivered", "The token of this link was already delivered."};
    case ErrorCode::needsReauth:
        return {"needs_reauth", "The grant is dead; the person must link the account again."};
    case ErrorCode::payloadTooLarge:
        return {"payload_too_large", "The request body is too large."};
    case ErrorCode::unsupportedMediaType:
        return {"unsupported_media_type", "This route takes another content type."};
    case ErrorCode::slowDown:
        return {"slow_down", "Polled too soon; the interval is longer now."};
    case ErrorCode::tooManyRequests:
        return {"rate_limited", "Too many requests; wait before the next one."};
    case ErrorCode::internal:
        return {"internal", "The service made a mistake; the operator finds it by request_id."};
    case ErrorCode::notImplemented:
        return {"not_implemented", "This version of the service does not offer that."};
    case ErrorCode::providerMisconfigured:
        return {"provider_misconfigured",
                "Upstream refuses this service's configuration; the operator must act."};
    case ErrorCode::providerProtocol:
        return {"provider_protocol", "Upstream answered something this service does not understand."};
    case ErrorCode::providerUnavailable:
        return {"provider_unavailable", "Upstream can't be reached at the moment."};
    case ErrorCode::rateLimited:
        return {"rate_limited", "Upstream limits requests at the moment."};
    case ErrorCode::storeUnavailable:
        return {"store_unavailable", "The service can't use its database at the moment."};
    case ErrorCode::busy:
        return {"busy", "The service is at its limit at the moment."};
    }
    return {"internal", "The service made a mistake; the operator finds it by request_id."};
}

} // namespace

std::string_view errorName(ErrorCode code) noexcept {
    return textOf(code).name;
}

std::string_view errorDescription(ErrorCode code) noexcept {
    return textOf(code).description;
}

std::optional<Cause> usualCause(ErrorCode code) noexcept {
    if (code == ErrorCode::providerMisconfigured || code == ErrorCode::providerProtocol)
        return Cause::serviceOperator;
    if (code == ErrorCode::providerUnavailable || code == ErrorCode::rateLimited)
        return Cause::provider;
    return std::nullopt;
}

std::string_view causeName(Cause cause) noexcept {
    switch (cause) {
    case Cause::person:
        return "person";
    case Cause::serviceOperator:
        return "operator";
    case Cause::provider:
        return "provider";
    }
    return {};
}

} // namespace central_oauth::base
