// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/clients/GrantTokenService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Labels.h"
#include "central_oauth/services/LogFields.h"

#include <set>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;
using domain::ReadView;
using domain::Transaction;

const std::vector<std::string>& grantTokenScopes() {
    static const std::vector<std::string> all{"token", "revoke", "accounts"};
    return all;
}

namespace {

constexpr std::size_t issuingAccounts = 10'000;

// Uses are kept to the minute.
constexpr std::chrono::seconds usePrecision{60};

// Returns the scopes of a new grant token. A holder gets no scope that the token's issuer lacks.
std::vector<std::string> scopesFrom(const Caller& issuer) {
    std::vector<std::string> scopes;
    for (const auto& scope : grantTokenScopes()) {
        if (issuer.has(scope))
            scopes.push_back(scope);
    }
    return scopes;
}

domain::GrantToken tokenOf(const crypto::IssuedCredential& issued, const Caller& caller,
                           base::Timestamp now) {
    domain::GrantToken token;
    token.keyId = issued.keyId;
    token.hash = issued.hash;
    token.scopes = scopesFrom(caller);
    token.createdAt = token.lastUsedAt = now;
    token.expiresAt = now + grant_token::longestLife;
    token.issuer = caller.issuer();
    if (caller.isHolder())
        token.parent = caller.keyId;
    return token;
}

domain::AuditEntry grantTokenEntry(const Caller& caller, const RequestOrigin& origin,
                                   const base::AccountId& account, base::Timestamp now,
                                   const std::string& action, const std::string& outcome) {
    return {.at = now,
            .actor = actorOf(caller, origin),
            .action = action,
            .client = caller.client.id,
            .account = account,
            .outcome = outcome};
}

} // namespace

GrantTokenService::GrantTokenService(const Parts& parts)
    : _parts(parts),
      _issues(parts.clock, issuingAccounts),
      _uses(parts.store, parts.logger.channel("central_oauth.grant_tokens"), writeGrantTokenUse) {}

void GrantTokenService::loadKeys() {
    if (!_keys.isLoaded())
        _keys.load(
            _parts.store.read([](const ReadView& view) { return view.select(domain::GrantTokenFilter{}); }));
}

base::Timestamp GrantTokenService::endOf(const domain::GrantToken& token) {
    return domain::endOf(token, grant_token::unusedLife);
}

IssuedGrantToken GrantTokenService::issue(const Caller& caller, const base::AccountId& id,
                                          const std::string& label, const RequestOrigin& origin) {
    domain::requireLabel(label);
    caller.require("token");
    constexpr base::BucketRate issues{30, 30};
    // The limit applies before the look-up, in the caller's own bucket: a caller that does not reach the
    // account must not use up the bucket of the account's owner.
    if (const auto wait = _issues.take(caller.bucket() + '\0' + id.value(), issues))
        throw Error(ErrorCode::tooManyRequests, "An account gets 30 grant tokens a minute at most.")
            .withRetryAfter(*wait);
    const auto now = base::nowOf(_parts.clock);
    auto credential = crypto::issueCredential(crypto::CredentialKind::grantToken);
    auto wanted = tokenOf(credential, caller, now);
    wanted.account = id;
    wanted.label = label;
    auto [account, token] = _parts.store.transact([&](Transaction& transaction) {
        auto reached = getReached(transaction, caller, id);
        // The store knows the issuer's present expiry. The caller has only the expiry at its authentication.
        auto added = domain::addGrantToken(transaction, wanted, grant_token::mostOfAccount);
        transaction.record(grantTokenEntry(caller, origin, id, now, "grant_token.issued", added.keyId));
        return std::pair(std::move(reached), std::move(added));
    });
    noteInLog(account);
    _keys.put(token.keyId, token.hash);
    return {std::move(token), std::move(credential.text)};
}

std::vector<domain::GrantToken> GrantTokenService::list(const Caller& caller,
                                                        const base::AccountId& id) const {
    caller.require("token");
    auto [account, tokens] = _parts.store.read([&](const ReadView& view) {
        return std::pair(getReached(view, caller, id), view.select(domain::GrantTokenFilter{.account = id}));
    });
    noteInLog(account);
    const auto now = base::nowOf(_parts.clock);
    for (auto& token : tokens)
        addUse(token);
    std::erase_if(tokens, [now](const auto& token) { return endOf(token) <= now; });
    return std::move(tokens);
}

void GrantTokenService::remove(const Caller& caller, const base::AccountId& id, const std::string& keyId,
                               const RequestOrigin& origin) {
    caller.require("token");
    const auto now = base::nowOf(_parts.clock);
    // A holder that replaces its token removes the old token, with either token. The new token stays.
    const auto successors = caller.isHolder() ? domain::Successors::keep : domain::Successors::end;
    const auto [account, removed] = _parts.store.transact([&](Transaction& transaction) {
        auto reached = getReached(transaction, caller, id);
        auto gone = domain::removeGrantToken(transaction, id, keyId, successors);
        if (gone.empty())
            throw Error(ErrorCode::notFound);
        for (const auto& each : gone)
            transaction.record(grantTokenEntry(
                caller, origin, id, now, "grant_token.removed",
                each == keyId ? each : std::string(each).append(", descended from ").append(keyId)));
        return std::pair(std::move(reached), std::move(gone));
    });
    noteInLog(account);
    for (const auto& each : removed)
        _keys.remove(each);
}

void GrantTokenService::removeOwn(const Caller& caller, const base::AccountId& id,
                                  const RequestOrigin& origin) {
    if (!caller.isHolder())
        throw Error(ErrorCode::invalidRequest, "holder=current goes with a grant token (cog_…) only.");
    remove(caller, id, caller.keyId, origin);
}

SharedCaller GrantTokenService::authenticate(const provider::Secret& token) const {
    const auto parsed = crypto::parseCredential(token.reveal());
    if (!parsed || parsed->kind != crypto::CredentialKind::grantToken)
        throw Error(ErrorCode::invalidCredential);
    // Memory alone refuses unknown and wrong tokens, in the same time, once it knows all.
    if (!_keys.prove(*parsed))
        throw Error(ErrorCode::invalidCredential);
    auto [known, client] = _parts.store.read([&](const ReadView& view) {
        auto stored = view.findGrantToken(parsed->keyId);
        // Reads the identity only: the holder of a damaged account can still remove the account.
        const auto account = stored ? view.identityOf(stored->account) : std::nullopt;
        return std::pair(std::move(stored), account ? view.find(account->client) : std::nullopt);
    });
    if (!known && _keys.isLoaded())  // before, any text that looks like a token gets here
        _keys.remove(parsed->keyId); // the token was removed with its account
    if (!known || !client || !crypto::constantTimeEquals(known->hash, parsed->hash))
        throw Error(ErrorCode::invalidCredential);
    const auto now = base::nowOf(_parts.clock);
    if (now - known->lastUsedAt >= usePrecision)
        addUse(*known);
    if (endOf(*known) <= now)
        throw Error(ErrorCode::invalidCredential);
    if (now - known->lastUsedAt >= usePrecision)
        _uses.put(known->keyId, now);
    Caller caller{std::move(*client), known->keyId, known->scopes};
    caller.only = known->account;
    caller.issuingKey = known->issuer;
    caller.issuerEnds = known->issuerEnds;
    return SharedCaller(std::move(caller));
}

void GrantTokenService::addUse(domain::GrantToken& token) const {
    token.lastUsedAt = _uses.latest(token.keyId, token.lastUsedAt).value();
}

void GrantTokenService::purge() {
    // A token that is used after a long pause must not be taken for unused.
    if (!_uses.flush())
        return;
    constexpr std::size_t batch = 500;
    const auto now = base::nowOf(_parts.clock);
    const domain::GrantTokenFilter due{.expiresBy = now,
                                       .unusedSince = base::Timestamp(now - grant_token::unusedLife)};
    // Reads first, and waits for the writer only if there are rows to purge.
    std::vector<std::string> removed{{}};
    while (!removed.empty() && _parts.store.read([&](const ReadView& view) { return view.count(due) > 0; })) {
        removed = _parts.store.transact([now](Transaction& transaction) {
            return domain::purgeGrantTokens(transaction, grant_token::unusedLife, now, batch);
        });
        for (const auto& keyId : removed)
            _keys.remove(keyId);
    }
    forgetRemoved();
}

// Forgets the tokens that were removed with their account, client or key.
void GrantTokenService::forgetRemoved() {
    // List the tokens in memory before the tokens in the store: a token that is issued in between is in
    // neither list, and stays.
    const auto here = _keys.keyIds();
    const auto gone = _parts.store.read([&here](const ReadView& view) {
        std::vector<std::string> missing;
        if (view.count(domain::GrantTokenFilter{}) >= here.size())
            return missing;
        std::set<std::string> stored;
        for (auto& token : view.select(domain::GrantTokenFilter{}))
            stored.insert(std::move(token.keyId));
        for (const auto& keyId : here)
            if (!stored.contains(keyId))
                missing.push_back(keyId);
        return missing;
    });
    for (const auto& keyId : gone)
        _keys.remove(keyId);
}

} // namespace central_oauth::services
