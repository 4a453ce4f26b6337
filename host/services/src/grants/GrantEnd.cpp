// SPDX-License-Identifier: Apache-2.0
// How grants end: dead, suspended, without a scope, or sealed in a way that nobody can open.
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/grants/AccountProblem.h"
#include "central_oauth/services/grants/GrantRefresher.h"

#include <string>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

domain::AuditEntry accountEntry(const domain::Account& account, const domain::Actor& actor,
                                std::string action, std::string_view outcome, base::Timestamp now) {
    return {.at = now,
            .actor = actor,
            .action = std::move(action),
            .client = account.client,
            .account = account.id,
            .provider = account.provider,
            .outcome = std::string(outcome)};
}

} // namespace

NeedsReauth::NeedsReauth(domain::Account account)
    : Error(ErrorCode::needsReauth, "Create a link with the body in `relink` and let the person approve it."),
      _account(std::move(account)) {
    withReason(_account.reason);
}

HeldGrant HeldGrant::of(const domain::ReadView& view, domain::Account account) {
    HeldGrant held{.account = std::move(account), .grant = {}};
    try {
        held.grant = view.grantOf(held.account.id);
    } catch (const domain::DamagedRowError& damage) {
        held.damage = damage.what();
    }
    return held;
}

bool GrantRefresher::isSound(const HeldGrant& held) {
    const auto& account = held.account;
    return held.grant && held.damage.empty() && account.status == domain::AccountStatus::active &&
           domain::missingScopes(account.requiredScopes, account.scopes).empty();
}

const domain::Grant& GrantRefresher::require(const HeldGrant& held, const domain::Actor& actor) {
    requireAlive(held.account, actor);
    if (!held.damage.empty())
        refuseUndecryptable(held.account, held.damage, actor);
    if (!held.grant)
        throw Error(ErrorCode::notFound);
    return *held.grant;
}

void GrantRefresher::requireAlive(const domain::Account& account, const domain::Actor& actor) {
    if (account.status == domain::AccountStatus::needsReauth)
        throw NeedsReauth(account);
    if (domain::missingScopes(account.requiredScopes, account.scopes).empty())
        return;
    if (!bury(account, problem::scopesMissing, actor))
        return; // the account was linked anew since this read; the next read sees that
    _log.warning("the grant lacks a scope that its client requires",
                 {{"account", account.id.value()},
                  {"client", account.client.value()},
                  {"provider", account.provider},
                  {"required_scopes", domain::scopeText(account.requiredScopes)},
                  {"granted_scopes", domain::scopeText(account.scopes)}});
    auto dead = account;
    domain::noteDead(dead, std::string(problem::scopesMissing), base::nowOf(_parts.clock));
    throw NeedsReauth(std::move(dead));
}

// Returns false if the account is gone or has another pair.
bool GrantRefresher::bury(const domain::Account& account, std::string_view reason,
                          const domain::Actor& actor) {
    const auto now = base::nowOf(_parts.clock);
    return _parts.store.transact([&](domain::Transaction& transaction) {
        auto present = transaction.find(account.id);
        if (!present || present->tokenVersion != account.tokenVersion)
            return false;
        domain::settleRefresh(transaction, account.id, account.tokenVersion);
        if (domain::noteDead(*present, std::string(reason), now)) {
            transaction.put(*present);
            transaction.put(domain::GrantCheck{account.id, now}); // that its tokens are erased later
            transaction.record(accountEntry(account, actor, "account.needs_reauth", reason, now));
        }
        return true;
    });
}

void GrantRefresher::refuseUndecryptable(domain::Account account, std::string_view why,
                                         const domain::Actor& actor) {
    // The log line is an error, and concerns this row only: the rest of the store is not in doubt.
    _log.error("tokens can't be decrypted", {{"account", account.id.value()}, {"detail", why}});
    const auto now = base::nowOf(_parts.clock);
    std::optional<domain::AuditEntry> entry;
    // Records one entry a minute: a client's request rate must not determine the size of the audit trail.
    if (!_auditGate.take(account.id.value(), {1, 1}))
        entry = accountEntry(account, actor, "tokens.undecryptable", "refused", now);
    noteProblem(account, problem::undecryptable, entry);
    account.since = account.problem == problem::undecryptable ? account.problemSince : now;
    account.reason = problem::undecryptable;
    throw NeedsReauth(std::move(account));
}

void GrantRefresher::requireDecryptable(const domain::Account& account) {
    if (account.problem != problem::undecryptable)
        return;
    auto refused = account;
    refused.since = account.problemSince;
    refused.reason = problem::undecryptable;
    throw NeedsReauth(std::move(refused));
}

void GrantRefresher::endUndecryptable(domain::Account& account, const domain::Grant& grant) {
    if (account.problem != problem::undecryptable)
        return;
    try {
        static_cast<void>(domain::openRefreshToken(_parts.sealer, account, grant));
    } catch (const domain::UndecryptableError&) {
        return;
    }
    noteProblem(account, {});
    account.problem.clear();
    account.problemSince.reset();
}

void GrantRefresher::noteProblem(const domain::Account& account, std::string_view problem,
                                 const std::optional<domain::AuditEntry>& entry) {
    if (account.problem == problem && !entry)
        return; // a lasting problem costs no write
    const auto now = base::nowOf(_parts.clock);
    try {
        _parts.store.transact([&](domain::Transaction& transaction) {
            auto present = transaction.find(account.id);
            if (present && present->tokenVersion == account.tokenVersion &&
                domain::noteProblem(*present, std::string(problem), now))
                transaction.put(*present);
            if (entry)
                transaction.record(*entry);
        });
    } catch (const Error& failure) {
        // The caller gets the problem itself, not the failure to store it.
        _log.warning("problem not noted", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
}

bool GrantRefresher::suspend(const base::AccountId& id, std::int64_t version, const domain::Actor& actor) {
    const auto now = base::momentOf(_parts.clock);
    return _parts.store.transact([&](domain::Transaction& transaction) {
        if (!domain::suspendRefresh(transaction, id, version, std::string(problem::suspended), now))
            return false;
        transaction.record(accountEntry(transaction.find(id).value(), actor, "account.suspended",
                                        problem::suspended, now.wall));
        return true;
    });
}

// Suspends a grant that was buried before the trouble was known.
bool GrantRefresher::revive(const base::AccountId& id, const domain::Actor& actor) {
    const auto version = _parts.store.read([&](const domain::ReadView& view) -> std::optional<std::int64_t> {
        const auto account = view.find(id);
        if (!account || account->status != domain::AccountStatus::needsReauth ||
            account->reason != problem::revokedOrExpired)
            return std::nullopt;
        return account->tokenVersion;
    });
    return version && suspend(id, *version, actor);
}

} // namespace central_oauth::services
