// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/GrantKeeping.h"

#include "central_oauth/domain/Refreshing.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace central_oauth::domain {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds inUseFor = hours(1);
constexpr seconds longestSpread = minutes(1);
constexpr seconds deadTokensKept = hours(24);
constexpr seconds retryInUse = minutes(1);
constexpr seconds retryIdle = hours(1);
constexpr seconds retryOther = hours(24); // a row that is damaged, or whose provider is not configured
constexpr std::array<seconds, 3> warnings{hours(24 * 30), hours(24 * 7), hours(24)}; // before the end

// Returns a part of `whole` that depends on the account only, so that accounts of one day or hour are not all
// due at once.
seconds shareOf(const AccountId& id, seconds whole) {
    constexpr std::uint32_t parts = 1024;
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char c : id.value())
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return whole * (hash % parts) / parts;
}

// A clock that was ahead may have left a time of the future.
Timestamp renewalOf(const Account& account, Timestamp now) {
    return std::min(account.lastRefreshAt.value_or(account.linkedAt), now);
}

// A little earlier than a reader would need it. Half of the life has passed, whatever upstream's lives are.
Timestamp refreshTimeOf(const Account& account, const Grant& grant, seconds margin, Timestamp now) {
    const auto begin = renewalOf(account, now);
    return std::max<Timestamp>(grant.accessExpiresAt - margin - shareOf(account.id, longestSpread),
                               begin + (grant.accessExpiresAt - begin) / 2);
}

// At two thirds of the idle lifetime, or up to a twelfth earlier.
std::optional<Timestamp> keepAliveTimeOf(const Account& account, seconds idleLifetime, Timestamp now) {
    if (idleLifetime.count() <= 0)
        return std::nullopt;
    return renewalOf(account, now) + idleLifetime * 2 / 3 - shareOf(account.id, idleLifetime / 12);
}

// Returns the next warning of the end, or the end itself.
Timestamp nextNoticeOf(const Account& account, const KeepingRules& rules, Timestamp now) {
    const auto end = endOf(account, rules.maxAge);
    for (const auto before : warnings)
        if (end - before > now && before < rules.maxAge)
            return end - before;
    return end;
}

AuditEntry keepingEntry(const Account& account, std::string action, std::string_view outcome, Timestamp now) {
    return {.at = now,
            .action = std::move(action),
            .client = account.client,
            .account = account.id,
            .provider = account.provider,
            .outcome = std::string(outcome)};
}

void restore(Transaction& transaction, Account& account, Timestamp now) {
    account.status = AccountStatus::active;
    account.reason.clear();
    account.since.reset();
    transaction.put(account);
    transaction.record(keepingEntry(account, "account.restored", "ok", now));
}

// Requires: a dead grant.
KeptGrant keepDead(Transaction& transaction, Account account, Timestamp now) {
    const auto erasedAt = account.since.value_or(now) + deadTokensKept;
    const bool isDead = account.reason == reason::revokedOrExpired || account.reason == reason::tooOld;
    KeptGrant kept;
    if (isDead && now < erasedAt) {
        transaction.put(GrantCheck{account.id, erasedAt});
    } else {
        // A grant that lacks a scope lives on upstream, until a new link replaces it.
        if (isDead) {
            transaction.eraseGrant(account.id);
            transaction.record(keepingEntry(account, "account.tokens_erased", account.reason, now));
            kept.step = KeptGrant::Step::erased;
        }
        transaction.eraseCheck(account.id);
    }
    kept.account = std::move(account);
    return kept;
}

// Requires: an active account.
KeptGrant keepActive(Transaction& transaction, const GrantCheck& check, Account account,
                     const KeepingRules& rules, std::optional<Timestamp> lastUse, Timestamp now) {
    using Step = KeptGrant::Step;
    KeptGrant kept;
    const auto end = endOf(account, rules.maxAge);
    // A refresh whose outcome is unknown is settled first, because the grant may come back with its token.
    const bool isSettled = !pendingRefresh(transaction, account.id, account.tokenVersion);
    if (now >= end && isSettled) {
        noteDead(account, std::string(reason::tooOld), now);
        transaction.put(account);
        transaction.record(keepingEntry(account, "account.needs_reauth", reason::tooOld, now));
        transaction.put(GrantCheck{account.id, now + deadTokensKept});
        kept.step = Step::ended;
        kept.account = std::move(account);
        return kept;
    }
    if (std::any_of(warnings.begin(), warnings.end(), [&](seconds before) {
            return before < rules.maxAge && check.due <= end - before && end - before <= now;
        }))
        kept.warnOf = end;
    auto next = now >= end ? now + retryInUse : nextNoticeOf(account, rules, now);
    if (const auto grant = transaction.grantOf(account.id)) {
        const auto refreshTime = refreshTimeOf(account, *grant, rules.refreshMargin, now);
        const auto keepAliveTime = keepAliveTimeOf(account, rules.idleLifetime, now);
        kept.isInUse = lastUse && now - *lastUse < inUseFor;
        const bool isWanted = now - lastUse.value_or(account.linkedAt) < rules.maxUnused;
        if ((kept.isInUse && now >= refreshTime) || (isWanted && keepAliveTime && now >= *keepAliveTime)) {
            kept.step = Step::refresh;
            next = std::min<Timestamp>(next, now + (kept.isInUse ? retryInUse : retryIdle));
        } else {
            for (const auto& time : {std::optional(refreshTime), keepAliveTime})
                if (time && now < *time)
                    next = std::min(next, *time);
        }
    }
    transaction.put(GrantCheck{account.id, next});
    kept.account = std::move(account);
    return kept;
}

} // namespace

Timestamp endOf(const Account& account, seconds maxAge) {
    return account.linkedAt + maxAge;
}

void scheduleCheck(Transaction& transaction, const Account& account, const Grant& grant,
                   const KeepingRules& rules, Timestamp now) {
    // Its warning is still to come.
    if (const auto present = transaction.checkOf(account.id); present && present->due <= now)
        return;
    auto due =
        std::min(refreshTimeOf(account, grant, rules.refreshMargin, now), nextNoticeOf(account, rules, now));
    if (const auto keepAlive = keepAliveTimeOf(account, rules.idleLifetime, now))
        due = std::min(due, *keepAlive);
    // Tokens that live for seconds are the readers' business.
    transaction.put(GrantCheck{account.id, std::max<Timestamp>(due, now + retryInUse)});
}

KeptGrant keepGrant(Transaction& transaction, const GrantCheck& check, const RulesOf& rulesOf,
                    const LastUseOf& lastUseOf, Timestamp now) {
    try {
        auto account = transaction.find(check.account);
        if (!account) {
            transaction.eraseCheck(check.account);
            return {};
        }
        const auto rules = rulesOf(account->provider);
        const auto lastUse = lastUseOf(*account);
        if (rules && account->reason == reason::tooOld && now < endOf(*account, rules->maxAge) &&
            transaction.grantOf(account->id)) {
            restore(transaction, *account, now);
            auto kept = keepActive(transaction, check, std::move(*account), *rules, lastUse, now);
            if (kept.step == KeptGrant::Step::none)
                kept.step = KeptGrant::Step::restored;
            return kept;
        }
        if (account->status == AccountStatus::needsReauth)
            return keepDead(transaction, std::move(*account), now);
        if (rules)
            return keepActive(transaction, check, std::move(*account), *rules, lastUse, now);
    } catch (const DamagedRowError&) {
        // The store has reported the row.
    }
    transaction.put(GrantCheck{check.account, now + retryOther});
    return {};
}

} // namespace central_oauth::domain
