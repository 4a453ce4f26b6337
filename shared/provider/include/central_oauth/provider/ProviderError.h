// SPDX-License-Identifier: Apache-2.0
// The one exception a provider throws, and the closed list of what can go wrong upstream.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace central_oauth::provider {
inline namespace v1 {

/// Who has to act follows from the kind, so choose by meaning and not by HTTP status. Do not renumber.
enum class ProviderErrorKind {
    invalidGrant = 0,  ///< the grant or code is finally dead: the person must link again
    accessDenied = 1,  ///< the person or an administrator refused
    misconfigured = 2, ///< wrong client secret, unknown app, wrong scope set: the operator must act
    rateLimited = 3,   ///< try again after retryAfter
    transient = 4,     ///< upstream is down or was not reached; nothing was spent
    ambiguous = 5,     ///< the request went out and the outcome is unknown: a token may have been spent
    protocol = 6,      ///< upstream answered something this plugin does not understand
};

/// Which part of the host's own surroundings failed, so that its operator has to act and not upstream. Do not
/// renumber.
enum class LocalFault {
    none = 0,  ///< it was upstream, or nobody knows
    names = 1, ///< upstream's host name, or the proxy's, could not be resolved
    proxy = 2, ///< the proxy was not reached, or refused
    trust = 3, ///< upstream's certificate is not trusted here, or it is another server
    clock = 4, ///< upstream's certificate does not fit the host's clock
};

/// What every function of a provider throws, and the only thing.
///
/// A value; the host copies what it needs and destroys it on the thread that caught it. Do not derive from
/// it: only what is here crosses. Threads: any.
class ProviderError : public std::runtime_error {
public:
    /// `detail` becomes `what()`: a text for the operator's log, of which the host keeps 1 KiB. It never
    /// holds a token, a code, a secret or an upstream body. `retryAfter`: how long upstream wants to be left
    /// alone, where it said so (RFC 9110 section 10.2.3). `localFault`: what HttpError::localFault said.
    ProviderError(ProviderErrorKind kind, const std::string& detail,
                  std::optional<std::chrono::seconds> retryAfter = std::nullopt,
                  LocalFault localFault = LocalFault::none)
        : std::runtime_error(detail), _kind(kind), _retryAfter(retryAfter), _localFault(localFault) {}

    /// Who has to act. The host takes a number that no enumerator has for `protocol`. Throws: nothing. [any]
    [[nodiscard]] ProviderErrorKind kind() const noexcept { return _kind; }

    /// How long upstream wants to be left alone, of which the host honours a day; nothing: upstream named no
    /// delay, and the host chooses one. Throws: nothing. [any]
    [[nodiscard]] std::optional<std::chrono::seconds> retryAfter() const noexcept { return _retryAfter; }

    /// Which part of the host's surroundings failed, for those who have to act. Throws: nothing. [any]
    [[nodiscard]] LocalFault localFault() const noexcept { return _localFault; }

private:
    ProviderErrorKind _kind;
    std::optional<std::chrono::seconds> _retryAfter;
    LocalFault _localFault;
};

} // namespace v1
} // namespace central_oauth::provider
