// SPDX-License-Identifier: Apache-2.0
// The only exception of a provider, and the kinds of failures upstream.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace central_oauth::provider {
inline namespace v1 {

/// The kind of a failure determines who must act: choose by meaning, not by HTTP status. Do not renumber.
enum class ProviderErrorKind {
    invalidGrant = 0,  ///< the grant or code is permanently dead: the person must link again
    accessDenied = 1,  ///< the person or an administrator refused
    misconfigured = 2, ///< wrong client secret, unknown app, wrong scope set: the operator must act
    rateLimited = 3,   ///< retry after retryAfter
    transient = 4,     ///< upstream is down or unreachable; nothing was spent
    ambiguous = 5,     ///< the request was sent and the outcome is unknown: a token may have been spent
    protocol = 6,      ///< upstream answered something this plugin does not understand
};

/// The part of the host's environment that failed. Its operator must fix it, not upstream's. Do not renumber.
enum class LocalFault {
    none = 0,  ///< upstream failed, or the cause is unknown
    names = 1, ///< upstream's host name, or the proxy's, could not be resolved
    proxy = 2, ///< the proxy was unreachable, or refused
    trust = 3, ///< upstream's certificate is not trusted here, or belongs to another server
    clock = 4, ///< upstream's certificate is not valid at the time of the host's clock
};

/// The only exception that functions of a provider throw.
///
/// A value: the host copies what it needs and destroys it on the thread that caught it. Do not derive from
/// it: only these members cross. Thread-safe.
class ProviderError : public std::runtime_error {
public:
    /// `detail` becomes `what()`: a text for the operator's log, of which the host keeps 1 KiB. It must not
    /// hold a token, a code, a secret or an upstream body. `retryAfter` is the delay that upstream asks for,
    /// if any (RFC 9110 section 10.2.3). `localFault` is HttpError::localFault.
    ProviderError(ProviderErrorKind kind, const std::string& detail,
                  std::optional<std::chrono::seconds> retryAfter = std::nullopt,
                  LocalFault localFault = LocalFault::none)
        : std::runtime_error(detail), _kind(kind), _retryAfter(retryAfter), _localFault(localFault) {}

    /// Returns the kind. The host treats a value without an enumerator as `protocol`.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] ProviderErrorKind kind() const noexcept { return _kind; }

    /// Returns the delay that upstream asks for; the host waits a day at most. Returns nullopt if upstream
    /// named none; the host then chooses one.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] std::optional<std::chrono::seconds> retryAfter() const noexcept { return _retryAfter; }

    /// Returns which part of the host's environment failed.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] LocalFault localFault() const noexcept { return _localFault; }

private:
    ProviderErrorKind _kind;
    std::optional<std::chrono::seconds> _retryAfter;
    LocalFault _localFault;
};

} // namespace v1
} // namespace central_oauth::provider
