// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/TokenService.h"

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/AccountProblem.h"
#include "central_oauth/services/AccountService.h"
#include "central_oauth/services/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderErrors.h"
#include "central_oauth/services/Scopes.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;

constexpr std::chrono::seconds refreshTime{20};
constexpr std::size_t auditedAccounts = 10'000;
constexpr std::chrono::seconds unclear{1}; // a lost answer is best settled at once, inside the leeway

std::chrono::seconds pauseAfter(const ProviderError& failure) {
    constexpr std::chrono::seconds down{5};         // upstream is away
    constexpr std::chrono::seconds operatorDue{30}; // nothing changes until somebody acts
    switch (failure.kind()) {
    case ProviderErrorKind::rateLimited:
    case ProviderErrorKind::transient:
        return std::max(failure.retryAfter().value_or(down), unclear);
    case ProviderErrorKind::ambiguous:
    case ProviderErrorKind::protocol:
        return unclear;
    case ProviderErrorKind::misconfigured:
    case ProviderErrorKind::accessDenied:
    case ProviderErrorKind::invalidGrant:
        return operatorDue;
    }
    return down;
}

Error crowded() {
    return Error(ErrorCode::busy, "Upstream is slow and enough callers wait for it already.")
        .withRetryAfter(std::chrono::seconds(1));
}

} // namespace

NeedsReauth::NeedsReauth(domain::Account account)
    : Error(ErrorCode::needsReauth, "Create a link with the body in `relink` and let the person approve it."),
      _account(std::move(account)) {
    withReason(_account.reason);
}

TokenService::TokenService(const Parts& parts)
    : _parts(parts),
      _audit(parts.audit, parts.clock),
      _log(parts.logger.channel("central_oauth.tokens")),
      _backoff(parts.clock),
      _auditGate(parts.clock, auditedAccounts) {}

AccountToken TokenService::get(const Caller& caller, const base::AccountId& id, std::chrono::seconds minTtl,
                               const Source& source) {
    caller.require("token");
    const Demand demand{caller, source};
    auto held = read(demand, id);
    if (!isFresh(held, minTtl)) {
        // Only the caller's wish makes it due.
        if (isFresh(held, std::chrono::seconds(0)))
            _parts.limits.countCheck(caller);
        const auto place = _parts.upstream.tryEnter();
        if (!place)
            return whileCrowded(std::move(held), minTtl);
        const auto seen = held.tokens.version;
        const auto alone = _refreshing.lock(id.value());
        // Whoever held the lock before may have refreshed, deleted or buried the grant.
        held = read(demand, id);
        // What another got meanwhile is as good as upstream makes it, even if that is less than was asked
        // for.
        const bool isNew = held.tokens.version != seen && isAlive(held);
        if (!isNew && !isFresh(held, minTtl))
            held = refresh(demand, std::move(held));
    }
    noteUse(held.account);
    return held;
}

AccountToken TokenService::peek(const Caller& caller, const base::AccountId& id, const Source& source) {
    caller.require("token");
    return read({caller, source}, id);
}

AccountToken TokenService::replaceRefused(const Caller& caller, const base::AccountId& id,
                                          std::int64_t refusedVersion, const Source& source) {
    caller.require("token");
    const Demand demand{caller, source, refusedVersion};
    const auto place = _parts.upstream.tryEnter();
    if (!place)
        throw crowded();
    const auto alone = _refreshing.lock(id.value());
    auto held = read(demand, id);
    return held.tokens.version == refusedVersion ? refresh(demand, std::move(held)) : std::move(held);
}

AccountToken TokenService::whileCrowded(AccountToken held, std::chrono::seconds minTtl) const {
    if (!isAlive(held) || lifeOf(held) < minTtl)
        throw crowded();
    noteUse(held.account);
    return held;
}

void TokenService::noteUse(domain::Account& account) const {
    constexpr std::chrono::seconds often{60};
    const auto now = base::nowOf(_parts.clock);
    if (account.lastUsedAt && now - *account.lastUsedAt < often)
        return;
    try {
        // The next read notes its use; this one does not wait for a turn to write.
        if (_parts.accounts.markUsed(account.id, now))
            account.lastUsedAt = now;
    } catch (const Error& failure) {
        // A token in hand is not refused because its use can't be noted.
        _log.warning("use not noted", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
}

void TokenService::noteProblem(const domain::Account& account, std::string_view problem) const {
    try {
        _parts.accounts.markProblem(account.id, account.tokenVersion, std::string(problem),
                                    base::nowOf(_parts.clock));
    } catch (const Error& failure) {
        // The caller is told of the problem itself, not of the trouble to note it.
        _log.warning("problem not noted", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
}

std::chrono::seconds TokenService::lifeOf(const AccountToken& held) const {
    return held.tokens.accessExpiresAt - base::nowOf(_parts.clock);
}

AccountToken TokenService::read(const Demand& demand, const base::AccountId& id) const {
    auto account = getReached(_parts.accounts, demand.caller, id);
    requireGrant(demand, account);
    auto tokens = openTokens(demand, account);
    const std::chrono::seconds life = tokens.accessExpiresAt - tokens.granted.wall;
    limitLife(tokens, _parts.clock);
    return {std::move(account), std::move(tokens), life};
}

// Looked at whenever an account is read, so that a crash between a refresh and this verdict changes nothing.
void TokenService::requireGrant(const Demand& demand, domain::Account& account) const {
    if (account.status == domain::AccountStatus::needsReauth)
        throw NeedsReauth(std::move(account));
    if (missingScopes(account.requiredScopes, account.scopes).empty())
        return;
    const auto now = base::nowOf(_parts.clock);
    const std::string reason(problem::scopesMissing);
    if (!_parts.accounts.markDead(account.id, account.tokenVersion, reason, now))
        return; // linked anew since it was read; the next read sees that
    _log.warning("the grant lacks a scope that its client requires",
                 {{"account", account.id.value()},
                  {"client", account.client.value()},
                  {"provider", account.provider},
                  {"required_scopes", scopeText(account.requiredScopes)},
                  {"granted_scopes", scopeText(account.scopes)}});
    _audit.record(demand.caller, account.id, "account.needs_reauth", reason, demand.source);
    account.status = domain::AccountStatus::needsReauth;
    account.reason = reason;
    account.since = now;
    throw NeedsReauth(std::move(account));
}

domain::Tokens TokenService::openTokens(const Demand& demand, domain::Account& account) const {
    try {
        auto tokens = _parts.accounts.findTokens(account.id);
        if (!tokens)
            throw Error(ErrorCode::notFound);
        if (account.problem == problem::undecryptable) {
            noteProblem(account, {}); // somebody has mended the row
            account.problem.clear();
        }
        return std::move(*tokens);
    } catch (const store::UndecryptableError& failure) {
        // Loud, and for this row only: the rest of the store is not in doubt, and nothing is overwritten.
        _log.error("tokens can't be decrypted",
                   {{"account", account.id.value()}, {"detail", failure.what()}});
        // Once a minute: how often a client asks must not decide how long the audit trail grows.
        if (!_auditGate.take(account.id.value(), {1, 1}))
            _audit.record(demand.caller, account.id, "tokens.undecryptable", "refused", demand.source);
        const bool isKnown = account.problem == problem::undecryptable;
        account.since = isKnown ? account.problemSince : base::nowOf(_parts.clock);
        account.reason = problem::undecryptable;
        if (!isKnown)
            noteProblem(account, problem::undecryptable);
        throw NeedsReauth(std::move(account));
    }
}

bool TokenService::isFresh(const AccountToken& held, std::chrono::seconds minTtl) const {
    const auto* provider = _parts.providers.find(held.account.provider);
    const auto margin = provider == nullptr ? std::chrono::seconds(0) : provider->properties.refreshMargin;
    constexpr int shareOfLife =
        4; // or each read of a token whose life is shorter than the margin would refresh it
    return isAlive(held) &&
           lifeOf(held) >= std::max(std::min(margin, held.grantedLife / shareOfLife), minTtl);
}

bool TokenService::canServe(const Demand& demand, const AccountToken& held) const {
    return isAlive(held) && held.tokens.version != demand.refusedVersion;
}

AccountToken TokenService::refresh(const Demand& demand, AccountToken held) {
    if (auto failure = _backoff.current(held.account.id, held.tokens.version)) {
        if (canServe(demand, held))
            return held;
        throw std::move(*failure);
    }
    const auto* provider = _parts.providers.find(held.account.provider);
    if (provider == nullptr) {
        if (canServe(demand, held))
            return held;
        throw Error(ErrorCode::providerMisconfigured, "The operator has removed this account's provider.");
    }
    try {
        _parts.accounts.requireWritable();
    } catch (const Error&) {
        if (canServe(demand, held))
            return held;
        throw;
    }
    provider::TokenSet fresh;
    base::Moment asked;
    try {
        asked = base::momentOf(_parts.clock);
        fresh = provider->plugin->refresh(
            held.tokens.refreshToken,
            {std::chrono::steady_clock::now() + refreshTime, demand.source.requestId});
    } catch (const ProviderError& failure) {
        logProviderError(_log, "refresh failed", provider->name, failure);
        return afterFailure(demand, held, failure);
    } catch (const Error& failure) {
        // The plugin broke its contract. Its guard has logged that, and whether anything was spent is open.
        return untilMended(demand, held, failure, unclear, problem::pluginFailed);
    }
    _backoff.clear(held.account.id);
    return keep(demand, held, std::move(fresh), asked);
}

AccountToken TokenService::keep(const Demand& demand, const AccountToken& held, provider::TokenSet fresh,
                                const base::Moment& asked) const {
    const auto now = base::nowOf(_parts.clock);
    domain::Tokens tokens;
    tokens.accessExpiresAt = asked.wall + trustedLifeOf(fresh);
    tokens.granted = asked;
    tokens.accessToken = std::move(fresh.accessToken);
    tokens.refreshToken = std::move(fresh.refreshToken);
    const auto& scopes = fresh.scopes.empty() ? held.account.scopes : fresh.scopes;
    const auto version =
        _parts.accounts.replaceTokens(held.account.id, held.tokens.version, tokens, scopes, now);
    if (!version) {
        // Deleted or linked anew meanwhile: this pair belongs to nobody, and using it could end the fresh
        // grant.
        _log.info("refreshed pair dropped", {{"account", held.account.id.value()}});
        return read(demand, held.account.id);
    }
    _log.info("refreshed", {{"account", held.account.id.value()},
                            {"client", held.account.client.value()},
                            {"provider", held.account.provider},
                            {"token_version", *version},
                            {"expires_in", fresh.expiresIn.count()}});
    return read(demand, held.account.id);
}

AccountToken TokenService::afterFailure(const Demand& demand, const AccountToken& held,
                                        const ProviderError& failure) {
    const auto now = base::nowOf(_parts.clock);
    const auto& id = held.account.id;
    if (failure.kind() == ProviderErrorKind::invalidGrant) {
        const std::string reason(problem::revokedOrExpired);
        if (_parts.accounts.markDead(id, held.tokens.version, reason, now))
            _audit.record(demand.caller, id, "account.needs_reauth", reason, demand.source);
        return read(demand, id);
    }
    const auto pause = pauseAfter(failure);
    return untilMended(demand, held, hostError(failure, pause), pause, problemName(failure));
}

AccountToken TokenService::untilMended(const Demand& demand, const AccountToken& held, const Error& failure,
                                       std::chrono::seconds pause, std::string_view problem) {
    _backoff.pause(held.account.id, held.tokens.version, failure, pause);
    noteProblem(held.account, problem);
    // Read again: while upstream was asked, the account may have been deleted or linked anew.
    auto present = read(demand, held.account.id);
    if (canServe(demand, present))
        return present;
    throw failure;
}

} // namespace central_oauth::services
