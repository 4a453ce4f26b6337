// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ProviderErrors.h"

#include "central_oauth/base/SdkNames.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;
using provider::LocalFault;
using provider::ProviderErrorKind;

std::string_view problemName(const provider::ProviderError& failure) noexcept {
    switch (failure.localFault()) {
    case LocalFault::none:
        break;
    case LocalFault::names:
        return problem::dnsFailed;
    case LocalFault::proxy:
        return problem::proxyFailed;
    case LocalFault::trust:
        return problem::tlsUntrusted;
    case LocalFault::clock:
        return problem::clockWrong;
    }
    return base::nameOf(failure.kind());
}

base::Cause causeOf(const provider::ProviderError& failure) noexcept {
    if (failure.localFault() != LocalFault::none)
        return base::Cause::serviceOperator;
    switch (failure.kind()) {
    case ProviderErrorKind::invalidGrant:
    case ProviderErrorKind::accessDenied:
        return base::Cause::person;
    case ProviderErrorKind::misconfigured:
    case ProviderErrorKind::protocol:
        return base::Cause::serviceOperator;
    case ProviderErrorKind::rateLimited:
    case ProviderErrorKind::transient:
    case ProviderErrorKind::ambiguous:
        return base::Cause::provider;
    }
    return base::Cause::serviceOperator;
}

void logProviderError(const logging::Channel& log, std::string_view message, const std::string& providerName,
                      const provider::ProviderError& failure) {
    const auto cause = causeOf(failure);
    const std::initializer_list<logging::Field> fields{{"provider", providerName},
                                                       {"kind", base::nameOf(failure.kind())},
                                                       {"problem", problemName(failure)},
                                                       {"cause", base::nameOf(cause)},
                                                       {"detail", failure.what()}};
    const bool isAlarm =
        failure.kind() == ProviderErrorKind::misconfigured || failure.localFault() != LocalFault::none;
    if (isAlarm)
        log.error(message, fields);
    else
        log.warning(message, fields);
}

namespace {

Error codeOf(const provider::ProviderError& failure, std::chrono::seconds later) {
    const bool isLocal = failure.localFault() != LocalFault::none;
    const auto hint = isLocal ? problemWords(problemName(failure)) : std::string();
    switch (failure.kind()) {
    case ProviderErrorKind::invalidGrant:
        return Error(ErrorCode::needsReauth, hint, failure.what());
    case ProviderErrorKind::accessDenied:
        return Error(ErrorCode::accessDenied, hint, failure.what());
    case ProviderErrorKind::misconfigured:
        return Error(ErrorCode::providerMisconfigured, hint, failure.what());
    case ProviderErrorKind::rateLimited:
        return Error(ErrorCode::rateLimited, hint, failure.what()).withRetryAfter(later);
    case ProviderErrorKind::transient:
    case ProviderErrorKind::ambiguous:
        return Error(ErrorCode::providerUnavailable, hint, failure.what()).withRetryAfter(later);
    case ProviderErrorKind::protocol:
        return Error(ErrorCode::providerProtocol, hint, failure.what());
    }
    return Error(ErrorCode::internal, hint, failure.what());
}

} // namespace

base::Error hostError(const provider::ProviderError& failure, std::chrono::seconds retryAfter) {
    // "At once" is no time to name to everybody who waits.
    const auto later = std::max(failure.retryAfter().value_or(retryAfter), std::chrono::seconds(1));
    auto error = codeOf(failure, later);
    error.withCause(causeOf(failure));
    return error;
}

} // namespace central_oauth::services
