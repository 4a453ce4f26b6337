// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/AccountTokens.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

AccountTokens::AccountTokens(const Parts& parts) : _parts(parts) {}

std::variant<AccountToken, RefreshWait> AccountTokens::get(const Caller& caller, const base::AccountId& id,
                                                           std::chrono::seconds minTtl,
                                                           const RequestOrigin& origin, MayWait mayWait) {
    caller.require("token");
    auto held = read(caller, id, origin);
    if (!isFresh(held, minTtl)) {
        try {
            // If only `minTtl` makes the token due, the refresh counts against the caller.
            const bool isExtra = isFresh(held, std::chrono::seconds(0));
            if (mayWait == MayWait::yes)
                if (auto wait = askFor(caller, held, origin, isExtra))
                    return *std::move(wait);
        } catch (const Error& crowded) {
            if (crowded.code() != ErrorCode::busy || !isAlive(held) || lifeOf(held) < minTtl)
                throw;
        }
        GrantRefresher::requireDecryptable(held.account);
        // A fresh token is served even if it lives less than `minTtl`: upstream gives no better one.
        if (!isAlive(held))
            throw failureOf(held);
    }
    noteUse(held.account);
    return held;
}

std::optional<RefreshWait> AccountTokens::askFor(const Caller& caller, const AccountToken& held,
                                                 const RequestOrigin& origin, bool isExtra) {
    constexpr std::chrono::milliseconds patience{25'000}; // a refresh takes 20 seconds at most
    std::function<void()> count;
    if (isExtra)
        count = [&] { _parts.limits.countCheck(caller); };
    auto until = _parts.refreshes.ask(held.account.id, held.account.provider, held.tokens.version,
                                      actorOf(caller, origin), count);
    if (!until)
        return std::nullopt;
    return RefreshWait{std::move(until), patience};
}

Error AccountTokens::failureOf(const AccountToken& held) {
    if (auto failure = _parts.refresher.recentFailure(held.account.id, held.tokens.version))
        return *failure;
    return Error(ErrorCode::providerUnavailable, "The refresh of the token takes longer than usual.")
        .withRetryAfter(std::chrono::seconds(1));
}

AccountToken AccountTokens::peek(const Caller& caller, const base::AccountId& id,
                                 const RequestOrigin& origin) {
    caller.require("token");
    return read(caller, id, origin);
}

std::variant<AccountToken, RefreshWait>
AccountTokens::replaceRefused(const Caller& caller, const base::AccountId& id, std::int64_t refusedVersion,
                              const RequestOrigin& origin, MayWait mayWait) {
    auto held = peek(caller, id, origin);
    if (held.tokens.version != refusedVersion)
        return held;
    if (mayWait == MayWait::yes)
        if (auto wait = askFor(caller, held, origin, false))
            return *std::move(wait);
    throw failureOf(held);
}

AccountToken AccountTokens::read(const Caller& caller, const base::AccountId& id,
                                 const RequestOrigin& origin) const {
    auto held = _parts.store.read(
        [&](const domain::ReadView& view) { return HeldGrant::of(view, getReached(view, caller, id)); });
    auto& account = held.account;
    noteInLog(account);
    // Nearly every grant is sound, and needs no name for the audit trail.
    const auto& grant =
        GrantRefresher::isSound(held) ? *held.grant : _parts.refresher.require(held, actorOf(caller, origin));
    domain::Tokens tokens{.accessToken = {},
                          .refreshToken = {},
                          .accessExpiresAt = grant.accessExpiresAt,
                          .granted = grant.granted,
                          .version = grant.version};
    try {
        tokens.accessToken = domain::openAccessToken(_parts.sealer, account, grant);
    } catch (const domain::UndecryptableError& failure) {
        _parts.refresher.refuseUndecryptable(std::move(account), failure.what(), actorOf(caller, origin));
    }
    _parts.refresher.endUndecryptable(account, grant);
    const std::chrono::seconds life = tokens.accessExpiresAt - tokens.granted.wall;
    domain::limitLife(tokens, base::momentOf(_parts.clock));
    return {std::move(account), std::move(tokens), life};
}

std::chrono::seconds AccountTokens::lifeOf(const AccountToken& held) const {
    return held.tokens.accessExpiresAt - base::nowOf(_parts.clock);
}

bool AccountTokens::isFresh(const AccountToken& held, std::chrono::seconds minTtl) const {
    const auto* provider = _parts.providers.find(held.account.provider);
    const auto margin = provider == nullptr ? std::chrono::seconds(0) : provider->properties.refreshMargin;
    // Without this limit, each read of a token with a life shorter than the margin would refresh the token.
    constexpr int shareOfLife = 4;
    return isAlive(held) &&
           lifeOf(held) >= std::max(std::min(margin, held.grantedLife / shareOfLife), minTtl);
}

// Looks at the notes only if the stored use is a minute old: most reads then take no lock.
void AccountTokens::noteUse(domain::Account& account) const {
    const auto now = base::nowOf(_parts.clock);
    auto used = account.lastUsedAt;
    if (!domain::noteUsed(account, now))
        return;
    account.lastUsedAt = _parts.uses.latest(account.id.value(), used);
    if (domain::noteUsed(account, now))
        _parts.uses.put(account.id.value(), now);
}

} // namespace central_oauth::services
