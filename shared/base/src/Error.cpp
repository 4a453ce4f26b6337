// SPDX-License-Identifier: Apache-2.0
// Names and fixed sentences of the error codes.
#include "central_oauth/base/Error.h"

#include "central_oauth/base/EnumNames.h"

#include <array>

namespace central_oauth::base {

namespace {

struct ErrorText {
    ErrorCode value;
    std::string_view name;
    std::string_view description;
};

constexpr std::array<ErrorText, 26> errors{{
    {ErrorCode::invalidRequest, "invalid_request", "The request is not of the form this route takes."},
    {ErrorCode::credentialInUrl, "credential_in_url",
     "A credential does not belong in a URL; send it as Authorization: Bearer."},
    {ErrorCode::invalidCredential, "invalid_credential",
     "The credential is missing, unknown or no longer valid."},
    {ErrorCode::insufficientScope, "insufficient_scope",
     "The key does not have the scope that this route needs."},
    {ErrorCode::accessDenied, "access_denied", "The link ended without a grant."},
    {ErrorCode::differentPerson, "different_person", "A person other than the expected one approved."},
    {ErrorCode::siteNotAllowed, "site_not_allowed", "The grant reaches no site that this request may use."},
    {ErrorCode::notFound, "not_found", "There is nothing here that this credential can see."},
    {ErrorCode::methodNotAllowed, "method_not_allowed", "This route does not take that method."},
    {ErrorCode::requestTimeout, "request_timeout", "The request did not arrive in time."},
    {ErrorCode::conflict, "conflict", "The request does not fit the present state."},
    {ErrorCode::expiredToken, "expired_token", "The link code has expired."},
    {ErrorCode::alreadyDelivered, "already_delivered", "The token of this link was already delivered."},
    {ErrorCode::needsReauth, "needs_reauth", "The grant is dead; the person must link the account again."},
    {ErrorCode::payloadTooLarge, "payload_too_large", "The request body is too large."},
    {ErrorCode::unsupportedMediaType, "unsupported_media_type", "This route takes another content type."},
    {ErrorCode::slowDown, "slow_down", "Polled too soon; the interval is longer now."},
    {ErrorCode::tooManyRequests, "rate_limited", "Too many requests; wait before the next one."},
    {ErrorCode::internal, "internal", "The service made a mistake; the operator finds it by request_id."},
    {ErrorCode::notImplemented, "not_implemented", "This version of the service does not offer that."},
    {ErrorCode::providerMisconfigured, "provider_misconfigured",
     "Upstream refuses this service's configuration; the operator must act."},
    {ErrorCode::providerProtocol, "provider_protocol",
     "Upstream answered something this service does not understand."},
    {ErrorCode::providerUnavailable, "provider_unavailable", "Upstream can't be reached at the moment."},
    {ErrorCode::rateLimited, "provider_rate_limited", "Upstream limits requests at the moment."},
    {ErrorCode::storeUnavailable, "store_unavailable", "The service can't use its database at the moment."},
    {ErrorCode::busy, "busy", "The service is at its limit at the moment."},
}};
static_assert(isComplete(errors, ErrorCode::busy));

constexpr EnumNames<Cause, 3> causes{{
    {Cause::person, "person"},
    {Cause::serviceOperator, "operator"},
    {Cause::provider, "provider"},
}};
static_assert(isComplete(causes, Cause::provider));

constexpr const ErrorText& internalText = *rowIn(errors, ErrorCode::internal);

// A value without an enumerator is a bug of the service.
const ErrorText& textOf(ErrorCode code) noexcept {
    const auto* const found = rowIn(errors, code);
    return found != nullptr ? *found : internalText;
}

} // namespace

std::string_view nameOf(ErrorCode code) noexcept {
    return textOf(code).name;
}

std::string_view nameOf(Cause cause) noexcept {
    return nameIn(causes, cause);
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

} // namespace central_oauth::base
