// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/TokenService.h"

#include "central_oauth/services/ProviderErrors.h"

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

} // namespace

NeedsReauth::NeedsReauth(store::Account account)
    : Error(ErrorCode::needsReauth, "Create a link with the body in `relink` and let the person approve it."),
      _account(std::move(account)) {
    withReason(_account.reason);
}

TokenService::TokenService(const Parts& parts)
    : _parts(parts),
      _log(parts.logger.channel("central_oauth.tokens")),
      _backoff(parts.clock),
      _auditGate(parts.clock, auditedAccounts) {}

AccountToken TokenService::get(const Caller& caller, const base::AccountId& id, std::chrono::seconds minTtl,
                               const Source& source) {
    caller.require("token");
    auto held = read(caller, id, source);
    if (!isFresh(held, minTtl)) {
        const auto place = _parts.upstream.tryEnter();
        if (!place)
            return whileCrowded(std::move(held), minTtl);
        const auto seen = held.tokens.version;
        const auto alone = _refreshing.lock(id.value());
        // Whoever held the lock before may have refreshed, deleted or buried the grant.
        held = read(caller, id, source);
        // What another got meanwhile is as good as upstream makes it, even if that is less than was asked
        // for.
        const bool isNew = held.tokens.version != seen && lifeOf(held) > std::chrono::seconds(0);
        if (!isNew && !isFresh(held, minTtl))
            held = refresh(caller, std::move(held), source);
    }
    noteUse(held.account);
    return held;
}

AccountToken TokenService::whileCrowded(AccountToken held, std::chrono::seconds minTtl) const {
    const auto life = lifeOf(held);
    if (life <= std::chrono::seconds(0) || life < minTtl)
        throw Error(ErrorCode::busy, "Upstream is slow and enough callers wait for it already.")
            .withRetryAfter(std::chrono::seconds(1));
    noteUse(held.account);
    return held;
}

void TokenService::noteUse(store::Account& account) const {
    constexpr std::chrono::seconds often{60};
    const auto now = base::nowOf(_parts.clock);
    if (account.lastUsedAt && now - *account.lastUsedAt < often)
        return;
    try {
        _parts.accounts.markUsed(account.id, now);
        account.lastUsedAt = now;
    } catch (const Error& failure) {
        // A token in hand is not refused because its use can't be noted.
        _log.warning("use not noted", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
}

std::chrono::seconds TokenService::lifeOf(const AccountToken& held) const {
    return held.tokens.accessExpiresAt - base::nowOf(_parts.clock);
}

AccountToken TokenService::read(const Caller& caller, const base::AccountId& id, const Source& source) const {
    auto account = _parts.accounts.find(caller.client.id, id);
    if (!account)
        throw Error(ErrorCode::notFound);
    if (account->status == store::AccountStatus::needsReauth)
        throw NeedsReauth(std::move(*account));
    try {
        auto tokens = _parts.accounts.findTokens(id);
        if (!tokens)
            throw Error(ErrorCode::notFound);
        return {std::move(*account), std::move(*tokens)};
    } catch (const store::UndecryptableError& failure) {
        // Loud, and for this row only: the rest of the store is not in doubt, and nothing is overwritten.
        _log.error("tokens can't be decrypted", {{"account", id.value()}, {"detail", failure.what()}});
        // Once a minute: how often a client asks must not decide how long the audit trail grows.
        if (!_auditGate.take(id.value(), {1, 1}))
            record(*account, "tokens.undecryptable", "refused", source);
        account->reason = "undecryptable";
        account->since = base::nowOf(_parts.clock);
        throw NeedsReauth(std::move(*account));
    }
}

bool TokenService::isFresh(const AccountToken& held, std::chrono::seconds minTtl) const {
    const auto* provider = _parts.providers.find(held.account.provider);
    const auto margin = provider == nullptr ? std::chrono::seconds(0) : provider->properties.refreshMargin;
    const auto life = lifeOf(held);
    return life > std::chrono::seconds(0) && life >= std::max(margin, minTtl);
}

AccountToken TokenService::refresh(const Caller& caller, AccountToken held, const Source& source) {
    const bool isAlive = lifeOf(held) > std::chrono::seconds(0);
    if (auto failure = _backoff.current(held.account.id, held.tokens.version)) {
        if (isAlive)
            return held;
        throw std::move(*failure);
    }
    const auto* provider = _parts.providers.find(held.account.provider);
    if (provider == nullptr) {
        if (isAlive)
            return held;
        throw Error(ErrorCode::providerMisconfigured, "The operator has removed this account's provider.");
    }
    provider::TokenSet fresh;
    try {
        fresh = provider->provider->refresh(
            held.tokens.refreshToken, {std::chrono::steady_clock::now() + refreshTime, source.requestId});
    } catch (const ProviderError& failure) {
        logProviderError(_log, "refresh failed", provider->name, failure);
        return afterFailure(caller, held, failure, source);
    } catch (const Error& failure) {
        // The plugin broke its contract. Its guard has logged that, and whether anything was spent is open.
        return untilMended(caller, held, failure, unclear, source);
    }
    _backoff.clear(held.account.id);
    return keep(caller, held, std::move(fresh), source);
}

AccountToken TokenService::keep(const Caller& caller, const AccountToken& held, provider::TokenSet fresh,
                                const Source& source) {
    const auto now = base::nowOf(_parts.clock);
    store::Tokens tokens;
    tokens.accessExpiresAt = now + fresh.expiresIn;
    tokens.accessToken = std::move(fresh.accessToken);
    tokens.refreshToken = std::move(fresh.refreshToken);
    const auto& scopes = fresh.scopes.empty() ? held.account.scopes : fresh.scopes;
    const auto version =
        _parts.accounts.replaceTokens(held.account.id, held.tokens.version, tokens, scopes, now);
    if (!version) {
        // Deleted or linked anew meanwhile: this pair belongs to nobody, and using it could end the fresh
        // grant.
        _log.info("refreshed pair dropped", {{"account", held.account.id.value()}});
        return read(caller, held.account.id, source);
    }
    _log.info("refreshed", {{"account", held.account.id.value()},
                            {"provider", held.account.provider},
                            {"token_version", *version},
                            {"expires_in", fresh.expiresIn.count()}});
    return read(caller, held.account.id, source);
}

AccountToken TokenService::afterFailure(const Caller& caller, const AccountToken& held,
                                        const ProviderError& failure, const Source& source) {
    const auto now = base::nowOf(_parts.clock);
    const auto& id = held.account.id;
    if (failure.kind() == ProviderErrorKind::invalidGrant) {
        if (_parts.accounts.markDead(id, held.tokens.version, "revoked_or_expired", now))
            record(held.account, "account.needs_reauth", "revoked_or_expired", source);
        return read(caller, id, source);
    }
    const auto pause = pauseAfter(failure);
    return untilMended(caller, held, hostError(failure, pause), pause, source);
}

AccountToken TokenService::untilMended(const Caller& caller, const AccountToken& held, const Error& failure,
                                       std::chrono::seconds pause, const Source& source) {
    _backoff.pause(held.account.id, held.tokens.version, failure, pause);
    // Read again: while upstream was asked, the account may have been deleted or linked anew.
    auto present = read(caller, held.account.id, source);
    if (lifeOf(present) > std::chrono::seconds(0))
        return present;
    throw failure;
}

void TokenService::record(const store::Account& account, const std::string& action,
                          const std::string& outcome, const Source& source) const {
    _parts.audit.append({.at = base::nowOf(_parts.clock),
                         .actor = "client:" + account.client.value(),
                         .action = action,
                         .client = account.client,
                         .account = account.id,
                         .link = {},
                         .address = source.address,
                         .requestId = source.requestId,
                         .outcome = outcome});
}

} // namespace central_oauth::services
