// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/GrantRefresher.h"

#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;

constexpr std::chrono::seconds refreshTime{20};
constexpr std::size_t rememberedAccounts = 10'000;
constexpr std::chrono::seconds unclear{1}; // an early retry settles a lost answer inside upstream's leeway
constexpr std::chrono::seconds toldFor{2}; // the map counts whole seconds
constexpr std::chrono::milliseconds storeRetry{1000};
constexpr std::chrono::milliseconds obstacleRetry{10'000};
constexpr std::chrono::seconds suspensionRetry{61}; // after the others, so that each has its turn as a probe

std::chrono::seconds pauseAfter(const ProviderError& failure) {
    constexpr std::chrono::seconds down{5};         // upstream is unavailable
    constexpr std::chrono::seconds operatorDue{30}; // nothing changes until the operator acts
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

ProviderHealth::Sending sendingOf(const std::optional<domain::PendingRefresh>& pending) {
    using Sending = ProviderHealth::Sending;
    if (!pending)
        return Sending::first;
    return pending->state == domain::RefreshState::suspended ? Sending::suspended : Sending::again;
}

// Returns whether upstream may have replaced the pair although no pair came back.
bool isOutcomeUnknown(ProviderErrorKind kind) {
    return kind == ProviderErrorKind::ambiguous || kind == ProviderErrorKind::protocol;
}

} // namespace

GrantRefresher::GrantRefresher(const Parts& parts)
    : _parts(parts),
      _log(parts.logger.channel("central_oauth.tokens")),
      _health(parts.clock, _log),
      _pauses(parts.clock, rememberedAccounts),
      _auditGate(parts.clock, rememberedAccounts) {}

RefreshOutcome GrantRefresher::refresh(const base::AccountId& id, std::int64_t version,
                                       const domain::Actor& actor) {
    return run(id, version, actor, Demand::caller);
}

RefreshOutcome GrantRefresher::resume(const base::AccountId& id, std::int64_t version) {
    return run(id, version, {}, Demand::journal);
}

RefreshOutcome GrantRefresher::run(const base::AccountId& id, std::int64_t version,
                                   const domain::Actor& actor, Demand demand) {
    RefreshOutcome outcome;
    try {
        outcome = attempt(id, version, actor, demand);
    } catch (const Error& failure) {
        outcome.failure = failure;
        // Every reader sees for itself that the grant is dead or gone.
        if (failure.code() != ErrorCode::storeUnavailable)
            return outcome;
        // The intent may be stored.
        if (_parts.keepsJournal)
            outcome.again = storeRetry;
    }
    // The callers read again at once, and are told this failure.
    if (outcome.failure && !pauseOf(id, version))
        _pauses.put(id, Pause{version, *outcome.failure, false}, toldFor);
    return outcome;
}

std::optional<Error> GrantRefresher::recentFailure(const base::AccountId& id, std::int64_t version) {
    auto paused = _pauses.find(id);
    if (!paused || paused->value.version != version)
        return std::nullopt;
    return paused->value.failure.withRetryAfter(paused->left);
}

std::optional<Error> GrantRefresher::pauseOf(const base::AccountId& id, std::int64_t version) {
    const auto paused = _pauses.find(id);
    return paused && paused->value.isUpstreams ? recentFailure(id, version) : std::nullopt;
}

void GrantRefresher::forgetMisconfiguration(const std::string& provider) {
    ++_corrections;
    _health.forgetFailures(provider);
    _pauses.eraseIf([&](const Pause& pause) {
        return pause.provider == provider && pause.failure.code() == ErrorCode::providerMisconfigured;
    });
}

RefreshOutcome GrantRefresher::attempt(const base::AccountId& id, std::int64_t version,
                                       const domain::Actor& actor, Demand demand) {
    const auto alone = _refreshing.lock(id.value());
    if (auto left = takeUnstored(id))
        return keep(std::move(*left), Attempt::again);
    // Another caller may have refreshed, buried or deleted the grant while this one waited for the lock.
    const auto [held, pending] = _parts.store.read([&](const domain::ReadView& view) {
        auto account = view.find(id);
        if (!account)
            throw Error(ErrorCode::notFound);
        return std::pair(HeldGrant::of(view, std::move(*account)), domain::pendingRefresh(view, id, version));
    });
    noteInLog(held.account);
    if (demand == Demand::journal && !pending)
        return {};
    const auto& grant = require(held, actor);
    if (grant.version != version && (pending || isAlive(grant))) {
        if (pending)
            settle(id, version);
        return {};
    }
    if (auto failure = obstacle(held, demand))
        return {failure, pending ? std::optional(obstacleRetry) : std::nullopt};
    if (auto refusal = _health.admit(held.account.provider, sendingOf(pending)))
        return {std::move(refusal->failure), pending ? std::optional(refusal->again) : std::nullopt};
    provider::Secret token;
    try {
        token = domain::openRefreshToken(_parts.sealer, held.account, grant);
    } catch (const domain::UndecryptableError& failure) {
        refuseUndecryptable(held.account, failure.what(), actor);
    }
    const auto begun = begin(held);
    return begun ? askUpstream(held, token, *begun, actor) : RefreshOutcome();
}

// Returns nullopt if the account is gone or has another pair.
std::optional<domain::BegunRefresh> GrantRefresher::begin(const HeldGrant& held) {
    const auto now = base::momentOf(_parts.clock);
    const auto& id = held.account.id;
    const auto version = held.grant->version;
    if (!_parts.keepsJournal)
        return domain::BegunRefresh{{.account = id, .version = version, .firstSent = now}};
    return _parts.store.transact([&](domain::Transaction& transaction) {
        return domain::beginRefresh(transaction, id, version, now);
    });
}

bool GrantRefresher::isAlive(const domain::Grant& grant) const {
    return base::leftOf(grant.granted, grant.accessExpiresAt, base::momentOf(_parts.clock)).count() > 0;
}

// Returns why upstream is not asked. Returns nullopt if nothing prevents the refresh.
std::optional<Error> GrantRefresher::obstacle(const HeldGrant& held, Demand demand) {
    if (demand == Demand::caller)
        if (auto failure = pauseOf(held.account.id, held.grant->version))
            return failure;
    if (_parts.providers.find(held.account.provider) == nullptr)
        return Error(ErrorCode::providerMisconfigured, "The operator has removed this account's provider.");
    try {
        _parts.store.requireWritable();
    } catch (const Error& failure) {
        return failure;
    }
    return std::nullopt;
}

RefreshOutcome GrantRefresher::askUpstream(const HeldGrant& held, const provider::Secret& token,
                                           const domain::BegunRefresh& begun, const domain::Actor& actor) {
    const auto& provider = *_parts.providers.find(held.account.provider);
    const auto asked = base::momentOf(_parts.clock);
    const unsigned corrections = _corrections;
    provider::TokenSet fresh;
    try {
        fresh = provider.plugin->refresh(token,
                                         {std::chrono::steady_clock::now() + refreshTime, actor.requestId});
    } catch (const ProviderError& failure) {
        logProviderError(_log, "refresh failed", provider.name, failure);
        const bool isOutdated =
            failure.kind() == ProviderErrorKind::misconfigured && corrections != _corrections;
        return afterFailure(held, failure, begun, actor, isOutdated);
    } catch (const Error& failure) {
        // The plugin broke its contract, and its guard has logged that. The refresh token may or may not be
        // spent.
        _health.noteFailure(provider.name, failure);
        return pending(held, begun, failure, unclear, problem::pluginFailed);
    }
    _health.noteAlive(provider.name);
    _pauses.erase(held.account.id);
    return keep({held, std::move(fresh), asked}, Attempt::first);
}

RefreshOutcome GrantRefresher::afterFailure(const HeldGrant& held, const ProviderError& failure,
                                            const domain::BegunRefresh& begun, const domain::Actor& actor,
                                            bool isOutdated) {
    const auto& account = held.account;
    if (failure.kind() == ProviderErrorKind::invalidGrant)
        return afterDeath(account, begun.pending, actor);
    // The settings have been corrected while upstream was asked.
    const auto length = isOutdated ? unclear : pauseAfter(failure);
    const auto error = hostError(failure, length);
    // A refused consent is about one grant.
    if (!isOutdated && failure.kind() != ProviderErrorKind::accessDenied)
        _health.noteFailure(account.provider, error);
    // An earlier sending of the token may have been processed, whatever this one's answer is.
    if (begun.isResend || isOutcomeUnknown(failure.kind()))
        return pending(held, begun, error, length, problemName(failure));
    settle(account.id, held.grant->version);
    return {pause(held, error, length, problemName(failure))};
}

// A grant that dies along with many others is suspended: the fault may be upstream's.
RefreshOutcome GrantRefresher::afterDeath(const domain::Account& account,
                                          const domain::PendingRefresh& pending, const domain::Actor& actor) {
    constexpr std::chrono::seconds longestSuspension = std::chrono::hours(24);
    const auto death = _health.noteDeath(account.provider, account.id, sendingOf(pending));
    const auto age = domain::ageOf(pending, base::momentOf(_parts.clock));
    const bool isOver = pending.state == domain::RefreshState::suspended && age >= longestSuspension;
    RefreshOutcome outcome;
    if (death.isSuspended && !isOver && _parts.keepsJournal) {
        suspend(account.id, account.tokenVersion, actor);
        outcome.failure = Error(ErrorCode::providerUnavailable, problemWords(problem::suspended))
                              .withRetryAfter(suspensionRetry);
        outcome.again = suspensionRetry;
    } else {
        bury(account, problem::revokedOrExpired, actor);
    }
    if (!_parts.keepsJournal)
        return outcome;
    for (const auto& other : death.others)
        outcome.hasSuspendedOthers = revive(other, actor) || outcome.hasSuspendedOthers;
    return outcome;
}

RefreshOutcome GrantRefresher::pending(const HeldGrant& held, const domain::BegunRefresh& begun,
                                       Error failure, std::chrono::seconds least, std::string_view problem) {
    const auto age = domain::ageOf(begun.pending, base::momentOf(_parts.clock));
    auto again = domain::pauseBeforeResend(age);
    // Upstream may ask for a pause of hours, in which the leeway would end.
    constexpr std::chrono::milliseconds longest = std::chrono::minutes(5);
    if (least > unclear)
        again = std::clamp(std::chrono::milliseconds(least), again, std::max(again, longest));
    auto reported =
        pause(held, failure, std::max(least, std::chrono::ceil<std::chrono::seconds>(again)), problem);
    return {std::move(reported), _parts.keepsJournal ? std::optional(again) : std::nullopt};
}

Error GrantRefresher::pause(const HeldGrant& held, const Error& failure, std::chrono::seconds length,
                            std::string_view problem) {
    // Upstream may ask for a pause of hours. The next attempt comes sooner.
    constexpr std::chrono::seconds longest{600};
    _pauses.put(held.account.id,
                Pause{.version = held.grant->version, .failure = failure, .provider = held.account.provider},
                std::min(length, longest));
    noteProblem(held.account, problem);
    return failure;
}

// A row that stays although its refresh is settled does no harm: its token is sent once more.
void GrantRefresher::settle(const base::AccountId& id, std::int64_t version) {
    if (!_parts.keepsJournal)
        return;
    try {
        _parts.store.transact(
            [&](domain::Transaction& transaction) { domain::settleRefresh(transaction, id, version); });
    } catch (const Error& failure) {
        _log.warning("pending refresh not settled", {{"account", id.value()}, {"detail", failure.what()}});
    }
}

std::optional<GrantRefresher::Unstored> GrantRefresher::takeUnstored(const base::AccountId& id) {
    const std::lock_guard lock(_mutex);
    const auto found = _unstored.extract(id.value());
    return found.empty() ? std::nullopt : std::optional(std::move(found.mapped()));
}

// A pair that can't be stored is kept in memory, because upstream does not give it again.
RefreshOutcome GrantRefresher::keep(Unstored pair, Attempt which) {
    try {
        store(pair);
        return {};
    } catch (const Error& failure) {
        if (which == Attempt::first)
            _log.error("a new pair of tokens can't be stored, and is kept in memory",
                       {{"account", pair.held.account.id.value()},
                        {"detail", failure.what()},
                        {"action", "make the database writable; until then do not stop the service"}});
        const auto id = pair.held.account.id.value();
        const std::lock_guard lock(_mutex);
        _unstored.insert_or_assign(id, std::move(pair));
        return {failure, storeRetry};
    }
}

std::size_t GrantRefresher::storeUnstored() {
    std::vector<base::AccountId> ids;
    {
        const std::lock_guard lock(_mutex);
        for (const auto& [id, pair] : _unstored)
            ids.emplace_back(id);
    }
    std::size_t left = 0;
    for (const auto& id : ids)
        if (auto pair = takeUnstored(id))
            left += keep(std::move(*pair), Attempt::again).failure ? 1U : 0U;
    return left;
}

void GrantRefresher::store(const Unstored& pair) {
    const auto& [held, fresh, asked] = pair;
    const auto now = base::nowOf(_parts.clock);
    const auto expiresAt = asked.wall + domain::trustedLifeOf(fresh);
    const bool isKept = _parts.store.transact(
        [&, &held = held, &fresh = fresh, &asked = asked](domain::Transaction& transaction) {
            domain::settleRefresh(transaction, held.account.id, held.grant->version);
            auto account = transaction.find(held.account.id);
            const auto grant = transaction.grantOf(held.account.id);
            if (!account || !grant || grant->version != held.grant->version)
                return false;
            // Seal an unchanged refresh token again, too: its present seal is bound to the previous version.
            const domain::Tokens tokens{.accessToken = fresh.accessToken.clone(),
                                        .refreshToken =
                                            fresh.refreshToken.empty()
                                                ? domain::openRefreshToken(_parts.sealer, *account, *grant)
                                                : fresh.refreshToken.clone(),
                                        .accessExpiresAt = expiresAt,
                                        .granted = asked,
                                        .version = grant->version + 1};
            domain::noteRefreshed(*account, fresh.scopes.empty() ? account->scopes : fresh.scopes, now);
            transaction.put(*account);
            const auto renewed = domain::sealGrant(_parts.sealer, *account, tokens);
            transaction.put(renewed);
            if (const auto rules = keepingRules(_parts.providers, account->provider, _parts.keeping))
                domain::scheduleCheck(transaction, *account, renewed, *rules, now);
            return true;
        });
    if (!isKept) {
        // The account was deleted or linked anew during the refresh. No account holds this pair, and its use
        // could end the fresh grant.
        _log.info("refreshed pair dropped", {{"account", held.account.id.value()}});
        return;
    }
    _log.info("refreshed", {{"account", held.account.id.value()},
                            {"client", held.account.client.value()},
                            {"provider", held.account.provider},
                            {"token_version", held.grant->version + 1},
                            {"expires_in", fresh.expiresIn.count()}});
}

} // namespace central_oauth::services
