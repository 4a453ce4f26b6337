// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/ReportService.h"

#include "../ProviderAnswers.h"
#include "central_oauth/base/EnumNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <utility>

namespace central_oauth::services {

namespace {

constexpr base::EnumNames<ReportOutcome, 3> reportOutcomes{{
    {ReportOutcome::refreshed, "refreshed"},
    {ReportOutcome::valid, "valid"},
    {ReportOutcome::needsReauth, "needs_reauth"},
}};
static_assert(base::isComplete(reportOutcomes, ReportOutcome::needsReauth));

using base::Error;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr std::size_t reportedAccounts = 10'000;
constexpr std::chrono::seconds checkLife{60};

TokenVerdict refreshed(std::int64_t version) {
    return {ReportOutcome::refreshed,
            version,
            {},
            "Another token is stored than the refused one; read it with GET /v1/tokens/:account_id."};
}

TokenVerdict good(const AccountToken& held, std::string cause, std::string explanation) {
    return {ReportOutcome::valid, held.tokens.version, std::move(cause), std::move(explanation)};
}

bool reachesChosenSite(const domain::Account& account, const ReportService::Check& check) {
    return account.chosenSite.empty() || !check.sites || domain::findSite(*check.sites, account.chosenSite);
}

// Returns the scopes that the grant lacks. Its client requires them, or the operator's present settings do.
std::vector<std::string> lackingScopes(const domain::Account& account, const ConfiguredProvider& provider) {
    auto wanted = account.requiredScopes;
    wanted.insert(wanted.end(), provider.scopes.begin(), provider.scopes.end());
    return domain::missingScopes(wanted, account.scopes);
}

// Returns why an API refuses a token that upstream accepts.
TokenVerdict causeOf(const AccountToken& held, const ReportService::Check& check,
                     const ConfiguredProvider& provider, const TokenReport& report) {
    if (!reachesChosenSite(held.account, check))
        return good(held, "site",
                    "Upstream accepts the token, but the grant no longer reaches the account's site. Choose "
                    "another with PATCH /v1/accounts/:account_id, or let the person approve a new link.");
    if (const auto lacking = lackingScopes(held.account, provider); !lacking.empty())
        return good(held, "scope",
                    "Upstream accepts the token, but the grant lacks the scope " +
                        domain::scopeText(lacking) + ". Let the person approve a new link.");
    if (check.lacksIdentityScope)
        return good(held, "scope",
                    "Upstream accepts the token, but not for reading who the person is. The operator "
                    "compares the provider's scopes with the app's permissions; then the person approves a "
                    "new link.");
    if (report.status == unauthorized)
        return good(held, "permission",
                    "Upstream accepts the token. An API that answers 401 to it usually asks for a scope "
                    "that the grant does not have (it has " +
                        domain::scopeText(held.account.scopes) + "), or the request went to another host.");
    return good(held, "permission",
                "Upstream accepts the token. The person may not do this in the product, or the site's "
                "administrator has closed it to this app; the administrator can say which.");
}

} // namespace

std::string_view nameOf(ReportOutcome outcome) noexcept {
    return base::nameIn(reportOutcomes, outcome);
}

ReportService::ReportService(const Parts& parts)
    : _parts(parts),
      _log(parts.logger.channel("central_oauth.reports")),
      _checks(parts.clock, reportedAccounts),
      _refusals(parts.clock, reportedAccounts) {}

std::variant<TokenVerdict, RefreshWait> ReportService::report(const Caller& caller, const base::AccountId& id,
                                                              const TokenReport& report,
                                                              const RequestOrigin& origin, MayWait mayWait) {
    if (report.status != unauthorized && report.status != forbidden)
        throw Error(ErrorCode::invalidRequest, "status is what the API answered: 401 or 403.");
    if (report.tokenVersion < 1)
        throw Error(ErrorCode::invalidRequest, "token_version is that of the refused token: 1 or more.");
    try {
        return verdictOn(caller, _parts.tokens.peek(caller, id, origin), report, origin, mayWait);
    } catch (const NeedsReauth& failure) {
        return TokenVerdict{ReportOutcome::needsReauth,
                            failure.account().tokenVersion,
                            {},
                            problemWords(failure.account().reason)};
    }
}

std::variant<TokenVerdict, RefreshWait>
ReportService::verdictOn(const Caller& caller, const AccountToken& held, const TokenReport& report,
                         const RequestOrigin& origin, MayWait mayWait) {
    const auto version = held.tokens.version;
    if (report.tokenVersion > version)
        throw Error(ErrorCode::invalidRequest, "There is no token of that version yet.",
                    differing("token_version", std::to_string(report.tokenVersion), "the account's",
                              std::to_string(version)));
    if (report.tokenVersion < version)
        return refreshed(version);
    const auto* provider = _parts.providers.find(held.account.provider);
    if (provider == nullptr)
        throw Error(ErrorCode::providerMisconfigured, "The operator has removed this account's provider.");
    if (_parts.tokens.isAlive(held)) {
        const auto check = checkOnce(held, origin);
        if (check.failure)
            throw Error(*check.failure);
        if (check.isAccepted)
            return causeOf(held, check, *provider, report);
    }
    auto replaced = _parts.tokens.replaceRefused(caller, held.account.id, version, origin, mayWait);
    if (auto* const wait = std::get_if<RefreshWait>(&replaced))
        return std::move(*wait);
    return refreshed(std::get<AccountToken>(replaced).tokens.version);
}

ReportService::Check ReportService::checkOnce(const AccountToken& held, const RequestOrigin& origin) {
    const auto& id = held.account.id;
    const auto place = _parts.upstream.tryEnter();
    if (!place)
        throw Error(ErrorCode::busy, "Upstream is slow and enough callers wait for it already.")
            .withRetryAfter(std::chrono::seconds(1));
    const auto alone = _checking.lock(id.value());
    if (auto known = _checks.find(id); known && known->value.tokenVersion == held.tokens.version) {
        if (known->value.check.failure)
            known->value.check.failure->withRetryAfter(known->left);
        return std::move(known->value.check);
    }
    auto fresh = check(held, origin);
    // A refresh ends the previous access token, and cannot help where upstream keeps refusing.
    constexpr base::BucketRate refusals{3, 1};
    if (!fresh.isAccepted && !fresh.failure && _refusals.take(id.value(), refusals))
        fresh.failure = Error(ErrorCode::providerUnavailable, "Upstream refuses fresh tokens, too.")
                            .withRetryAfter(checkLife);
    _checks.put(id, Checked{held.tokens.version, fresh}, checkLife);
    return fresh;
}

// Checks the token by a read. Here invalidGrant means that upstream refuses this access token (RFC 6750
// section 3.1).
ReportService::Check ReportService::check(const AccountToken& held, const RequestOrigin& origin) const {
    constexpr std::chrono::seconds patience{10};
    const auto& provider = *_parts.providers.find(held.account.provider);
    const provider::Call call{std::chrono::steady_clock::now() + patience, origin.requestId};
    Check check;
    try {
        const auto* identity = extensionOf<provider::IdentityReader>(*provider.plugin);
        if (identity == nullptr)
            throw ProviderError(ProviderErrorKind::protocol, "the plugin can't read identities");
        (void)identity->readIdentity(held.tokens.accessToken, call);
    } catch (const ProviderError& failure) {
        logProviderError(_log, "check of a reported token", provider.name, failure);
        if (failure.kind() == ProviderErrorKind::invalidGrant)
            return check;
        check.lacksIdentityScope = failure.kind() == ProviderErrorKind::misconfigured ||
                                   failure.kind() == ProviderErrorKind::accessDenied;
        if (!check.lacksIdentityScope) {
            check.failure = hostError(failure, checkLife);
            return check;
        }
    } catch (const Error& failure) {
        // The plugin broke its contract, and its guard has logged that.
        check.failure = failure;
        return check;
    }
    check.isAccepted = true;
    try {
        if (const auto* lister = extensionOf<provider::SiteLister>(*provider.plugin))
            check.sites = domainSites(lister->listSites(held.tokens.accessToken, call));
    } catch (const ProviderError& failure) {
        logProviderError(_log, "sites of a reported token", provider.name, failure);
        check.isAccepted = failure.kind() != ProviderErrorKind::invalidGrant;
    } catch (const Error& failure) {
        _log.warning("sites of a reported token", {{"provider", provider.name}, {"detail", failure.what()}});
    }
    return check;
}

} // namespace central_oauth::services
