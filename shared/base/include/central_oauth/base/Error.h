// SPDX-License-Identifier: Apache-2.0
// The host's one exception type and its closed list of codes.
//
// Module base: what every other module may use. Standard library only; knows no HTTP, no SQL, no OAuth.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Everything that can go wrong in the host, by what the caller is told. The HTTP status of each is decided
/// in shared/http, in one switch. Names on the wire are those of `nameOf`.
enum class ErrorCode {
    invalidRequest,
    credentialInUrl,
    invalidCredential,
    insufficientScope,
    accessDenied,
    differentPerson,
    siteNotAllowed,
    notFound,
    methodNotAllowed,
    requestTimeout,
    conflict,
    expiredToken,
    alreadyDelivered,
    needsReauth,
    payloadTooLarge,
    unsupportedMediaType,
    slowDown,
    tooManyRequests, ///< "rate_limited", 429: the caller's own doing
    internal,
    notImplemented,
    providerMisconfigured,
    providerProtocol,
    providerUnavailable,
    rateLimited, ///< "provider_rate_limited", 503: upstream's limit
    storeUnavailable,
    busy,
};

/// Who has to act so that an error goes away. Names on the wire are those of `nameOf`.
enum class Cause {
    person,          ///< the person who consents
    serviceOperator, ///< the operator of this service
    provider,        ///< the operator of upstream: it passes by itself, or they fix it
};

/// Who usually has to act on an error of a provider: nobody gets one without knowing whose it is. Nothing for
/// the other codes.
[[nodiscard]] std::optional<Cause> usualCause(ErrorCode code) noexcept;

/// The name in an answer: "person", "operator" or "provider".
[[nodiscard]] std::string_view nameOf(Cause cause) noexcept;

/// The code's name in an answer, e.g. "invalid_request".
[[nodiscard]] std::string_view nameOf(ErrorCode code) noexcept;

/// The fixed public sentence of a code, RFC 6749 section 5.2 `error_description`.
[[nodiscard]] std::string_view errorDescription(ErrorCode code) noexcept;

/// An error with what each reader needs: code for programs, hint for the caller, detail for the operator's
/// log.
///
/// A value; copyable as exceptions must be. `hint` may be shown to the caller and never holds a secret or
/// text from upstream. `detail` (what()) is for the log and never holds a secret.
class Error : public std::runtime_error {
public:
    explicit Error(ErrorCode code, std::string hint = {}, const std::string& detail = {})
        : std::runtime_error(detail), _code(code), _hint(std::move(hint)) {}

    [[nodiscard]] ErrorCode code() const noexcept { return _code; }
    [[nodiscard]] const std::string& hint() const noexcept { return _hint; }

    /// Machine-readable cause within the code, e.g. "declined"; empty where the code says it all.
    [[nodiscard]] const std::string& reason() const noexcept { return _reason; }
    Error& withReason(std::string reason) {
        _reason = std::move(reason);
        return *this;
    }

    /// Who has to act, where it is known; sent as `cause`. As `usualCause` unless it was set.
    [[nodiscard]] std::optional<Cause> cause() const noexcept { return _cause ? _cause : usualCause(_code); }
    Error& withCause(std::optional<Cause> cause) {
        _cause = cause;
        return *this;
    }

    /// When to try again; sent as Retry-After.
    [[nodiscard]] std::optional<std::chrono::seconds> retryAfter() const noexcept { return _retryAfter; }
    Error& withRetryAfter(std::chrono::seconds delay) {
        _retryAfter = delay;
        return *this;
    }

private:
    ErrorCode _code;
    std::string _hint;
    std::string _reason;
    std::optional<Cause> _cause;
    std::optional<std::chrono::seconds> _retryAfter;
};

} // namespace central_oauth::base
