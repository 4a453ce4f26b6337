// SPDX-License-Identifier: Apache-2.0
// The host's one exception type and its closed list of codes.
//
// Module base: the foundation of all other modules. Standard library only; no HTTP, no SQL, no OAuth.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Everything that can go wrong in the host, as the caller sees it. One switch in shared/http maps each code
/// to its HTTP status. `nameOf` returns the names on the wire.
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
    tooManyRequests, ///< "rate_limited", 429: the caller exceeds a limit
    internal,
    notImplemented,
    providerMisconfigured,
    providerProtocol,
    providerUnavailable,
    rateLimited, ///< "provider_rate_limited", 503: upstream limits the rate
    storeUnavailable,
    busy,
};

/// Who must act to fix an error. `nameOf` returns the names on the wire.
enum class Cause {
    person,          ///< the person who consents
    serviceOperator, ///< the operator of this service
    provider,        ///< the operator of upstream: wait, or have them fix it
};

/// Returns who usually must act on a provider's error; nullopt for other codes. Every provider error names
/// somebody.
[[nodiscard]] std::optional<Cause> usualCause(ErrorCode code) noexcept;

/// Returns the name on the wire: "person", "operator" or "provider".
[[nodiscard]] std::string_view nameOf(Cause cause) noexcept;

/// Returns the code's name on the wire, e.g. "invalid_request".
[[nodiscard]] std::string_view nameOf(ErrorCode code) noexcept;

/// Returns the fixed public sentence for a code, sent as `error_description` (RFC 6749 section 5.2).
[[nodiscard]] std::string_view errorDescription(ErrorCode code) noexcept;

/// An error: a code for programs, a hint for the caller, a detail for the operator's log.
///
/// A value. `hint` may be shown to the caller; it holds no secret and no text from upstream. `detail`
/// (what()) is for the log and holds no secret.
class Error : public std::runtime_error {
public:
    explicit Error(ErrorCode code, std::string hint = {}, const std::string& detail = {})
        : std::runtime_error(detail), _code(code), _hint(std::move(hint)) {}

    [[nodiscard]] ErrorCode code() const noexcept { return _code; }
    [[nodiscard]] const std::string& hint() const noexcept { return _hint; }

    /// Machine-readable cause within the code, e.g. "declined"; may be empty.
    [[nodiscard]] const std::string& reason() const noexcept { return _reason; }
    Error& withReason(std::string reason) {
        _reason = std::move(reason);
        return *this;
    }

    /// Returns who must act, sent as `cause`. Defaults to `usualCause`.
    [[nodiscard]] std::optional<Cause> cause() const noexcept { return _cause ? _cause : usualCause(_code); }
    Error& withCause(std::optional<Cause> cause) {
        _cause = cause;
        return *this;
    }

    /// When to retry, sent as Retry-After.
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
