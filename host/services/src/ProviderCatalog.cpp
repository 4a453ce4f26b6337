// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ProviderCatalog.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/SdkNames.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;
using provider::LocalFault;
using provider::ProviderErrorKind;

namespace {

void addMissing(std::vector<std::string>& scopes, const std::vector<std::string>& others) {
    for (const auto& scope : others) {
        if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
            scopes.push_back(scope);
    }
}

} // namespace

std::string ConfiguredProvider::callbackPath() const {
    const auto authority = redirectUri.find("://");
    const auto path = authority == std::string::npos ? authority : redirectUri.find('/', authority + 3);
    return path == std::string::npos ? std::string() : redirectUri.substr(path);
}

ProviderCatalog::ProviderCatalog(std::vector<ConfiguredProvider> providers)
    : _providers(std::move(providers)) {
    std::sort(_providers.begin(), _providers.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    for (auto& provider : _providers) {
        for (const auto& other : _providers) {
            if (!provider.app.empty() && other.app == provider.app)
                addMissing(provider.scopes, other.properties.scopes);
        }
    }
}

const ConfiguredProvider* ProviderCatalog::find(const std::string& name) const noexcept {
    for (const auto& candidate : _providers) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

std::vector<std::string> ProviderCatalog::sharing(const std::string& name) const {
    std::vector<std::string> names{name};
    const auto* const provider = find(name);
    if (provider == nullptr || provider->app.empty())
        return names;
    for (const auto& other : _providers) {
        if (other.app == provider->app && other.name != name)
            names.push_back(other.name);
    }
    return names;
}

domain::Site requireSite(const domain::Account& account, const std::string& wanted,
                         const ProviderCatalog& providers) {
    auto site = domain::findSite(account.sites, wanted);
    if (!site)
        throw Error(
            ErrorCode::siteNotAllowed,
            "The account does not reach that site; `sites` lists those it reaches.",
            differing("the wanted site", wanted, "the account reaches", domain::siteNames(account.sites)));
    const auto* provider = providers.find(account.provider);
    if (provider != nullptr && !domain::isAllowedSite(*site, provider->allowedSites))
        throw Error(ErrorCode::siteNotAllowed, "The operator does not allow that site.",
                    differing("the wanted site", site->id + " " + site->url, "allowed are",
                              domain::scopeText(provider->allowedSites)));
    return std::move(*site);
}

std::string apiBaseUrlOf(const ConfiguredProvider* provider, const std::string& product,
                         const std::string& siteId) {
    const auto* locator = provider == nullptr || provider->plugin == nullptr
                              ? nullptr
                              : extensionOf<provider::ProductLocator>(*provider->plugin);
    if (locator == nullptr)
        return {};
    try {
        return locator->apiBaseUrl(product, siteId);
    } catch (const base::Error&) {
        return {}; // the plugin broke its contract, and its guard has logged that
    } catch (const provider::ProviderError&) {
        return {};
    }
}

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

Error hostError(const provider::ProviderError& failure, std::chrono::seconds retryAfter) {
    // A Retry-After of zero would make all waiting callers retry at the same time.
    const auto later = std::max(failure.retryAfter().value_or(retryAfter), std::chrono::seconds(1));
    auto error = codeOf(failure, later);
    error.withCause(causeOf(failure));
    return error;
}

} // namespace central_oauth::services
