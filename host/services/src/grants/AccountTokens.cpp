// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/AccountTokens.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

AccountTokens::AccountTokens(const Parts& parts) : _parts(parts) {}

AccountToken AccountTokens::get(const Caller& caller, const base::AccountId& id, std::chrono::seconds minTtl,
                                const RequestOrigin& origin) {
    caller.require("token");
    auto held = read(caller, id, origin);
    if (!isFresh(held, minTtl)) {
        // Only `minTtl` makes the token due, so the refresh counts against the caller.
        if (isFresh(held, std::chrono::seconds(0)))
            _parts.limits.countCheck(caller);
        const auto failure = _parts.refresher.refresh(id, held.tokens.version, actorOf(caller, origin));
        // Read again: the account may have been deleted or linked anew during the upstream call. A fresh
        // token is returned even if it lives less than `minTtl`: upstream gives no better one.
        held = read(caller, id, origin);
        const bool isCrowded = failure && failure->code() == ErrorCode::busy;
        if (failure && (!isAlive(held) || (isCrowded && lifeOf(held) < minTtl)))
            throw Error(*failure);
    }
    noteUse(held.account);
    return held;
}

AccountToken AccountTokens::peek(const Caller& caller, const base::AccountId& id,
                                 const RequestOrigin& origin) {
    caller.require("token");
    return read(caller, id, origin);
}

AccountToken AccountTokens::replaceRefused(const Caller& caller, const base::AccountId& id,
                                           std::int64_t refusedVersion, const RequestOrigin& origin) {
    auto held = peek(caller, id, origin);
    if (held.tokens.version != refusedVersion)
        return held;
    const auto failure = _parts.refresher.refresh(id, refusedVersion, actorOf(caller, origin));
    held = read(caller, id, origin);
    if (failure && (!isAlive(held) || held.tokens.version == refusedVersion))
        throw Error(*failure);
    return held;
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
