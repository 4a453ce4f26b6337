// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/GrantTokenService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/services/AccountService.h"
#include "central_oauth/services/Labels.h"

#include <algorithm>
#include <set>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

const std::vector<std::string>& grantTokenScopes() {
    static const std::vector<std::string> all{"token", "revoke", "accounts"};
    return all;
}

namespace {

constexpr std::size_t limitedAccounts = 10'000;

// A holder gets no more than the one who lets it in has.
std::vector<std::string> scopesFrom(const Caller& issuer) {
    std::vector<std::string> scopes;
    for (const auto& scope : grantTokenScopes()) {
        if (issuer.has(scope))
            scopes.push_back(scope);
    }
    return scopes;
}

} // namespace

GrantTokenService::GrantTokenService(const Parts& parts)
    : _parts(parts),
      _audit(parts.audit, parts.clock),
      _issues(parts.clock, limitedAccounts),
      _keys(parts.tokens.proofs()),
      _log(parts.logger.channel("central_oauth.grant_tokens")) {}

base::Timestamp GrantTokenService::endOf(const domain::GrantToken& token) {
    return store::endOf(token, grant_token::unusedLife);
}

IssuedGrantToken GrantTokenService::issue(const Caller& caller, const base::AccountId& id,
                                          const std::string& label, const Source& source) {
    requireLabel(label);
    caller.require("token");
    constexpr BucketRate issues{30, 30};
    // Before the look-up, and so by who asks, too: what a caller does not reach must not use up its owner's.
    if (const auto wait = _issues.take(caller.bucket() + '\0' + id.value(), issues))
        throw Error(ErrorCode::tooManyRequests, "An account gets 30 grant tokens a minute at most.")
            .withRetryAfter(*wait);
    (void)getReached(_parts.accounts, caller, id);
    auto credential = crypto::issueCredential(crypto::CredentialKind::grantToken);
    IssuedGrantToken issued;
    issued.token.keyId = credential.keyId;
    issued.token.account = id;
    issued.token.hash = credential.hash;
    issued.token.label = label;
    issued.token.scopes = scopesFrom(caller);
    issued.token.createdAt = issued.token.lastUsedAt = base::nowOf(_parts.clock);
    issued.token.issuer = caller.issuer();
    if (caller.isHolder())
        issued.token.parent = caller.keyId;
    issued.token.expiresAt = issued.token.createdAt + grant_token::longestLife;
    issued.text = std::move(credential.text);
    // The store knows the issuer's present expiry; the caller has the one of its authentication.
    issued.token = _parts.tokens.create(issued.token, grant_token::mostOfAccount);
    _keys.put(issued.token.keyId, issued.token.hash);
    _audit.record(caller, id, "grant_token.issued", issued.token.keyId, source);
    return issued;
}

std::vector<domain::GrantToken> GrantTokenService::list(const Caller& caller,
                                                        const base::AccountId& id) const {
    caller.require("token");
    (void)getReached(_parts.accounts, caller, id);
    const auto now = base::nowOf(_parts.clock);
    auto all = _parts.tokens.list(id);
    all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& token) { return endOf(token) <= now; }),
              all.end());
    return all;
}

void GrantTokenService::remove(const Caller& caller, const base::AccountId& id, const std::string& keyId,
                               const Source& source) {
    caller.require("token");
    (void)getReached(_parts.accounts, caller, id);
    end(caller, id, keyId, source);
}

void GrantTokenService::removeOwn(const Caller& caller, const base::AccountId& id, const Source& source) {
    if (!caller.isHolder())
        throw Error(ErrorCode::invalidRequest, "holder=current goes with a grant token (cog_…) only.");
    caller.require("token");
    (void)getReached(_parts.accounts, caller, id);
    end(caller, id, caller.keyId, source);
}

void GrantTokenService::end(const Caller& caller, const base::AccountId& id, const std::string& keyId,
                            const Source& source) {
    // A holder that replaces its token removes the old one, by the old or the new: the new one stays.
    const auto successors = caller.isHolder() ? store::Successors::keep : store::Successors::end;
    const auto removed = _parts.tokens.remove(id, keyId, successors);
    if (removed.empty())
        throw Error(ErrorCode::notFound);
    for (const auto& each : removed)
        _keys.remove(each);
    for (const auto& each : removed)
        _audit.record(caller, id, "grant_token.removed",
                      each == keyId ? each : each + ", descended from " + keyId, source);
}

Caller GrantTokenService::authenticate(const provider::Secret& token) const {
    const auto parsed = crypto::parseCredential(token.reveal());
    if (!parsed || parsed->kind != crypto::CredentialKind::grantToken)
        throw Error(ErrorCode::invalidCredential);
    // An unknown token and a wrong one are told from memory, in the same time.
    if (!_keys.prove(*parsed))
        throw Error(ErrorCode::invalidCredential);
    const auto known = _parts.tokens.find(parsed->keyId);
    if (!known)
        _keys.remove(parsed->keyId); // it went with its account
    if (!known || !crypto::constantTimeEquals(known->token.hash, parsed->hash) ||
        endOf(known->token) <= base::nowOf(_parts.clock))
        throw Error(ErrorCode::invalidCredential);
    auto client = _parts.clients.find(known->client);
    if (!client) // removed between the two look-ups
        throw Error(ErrorCode::invalidCredential);
    noteUse(known->token);
    Caller caller{std::move(*client), known->token.keyId, known->token.scopes};
    caller.only = known->token.account;
    caller.issuingKey = known->token.issuer;
    caller.issuerEnds = known->token.issuerEnds;
    return caller;
}

void GrantTokenService::noteUse(const domain::GrantToken& token) const {
    constexpr std::chrono::seconds often{60};
    const auto now = base::nowOf(_parts.clock);
    if (now - token.lastUsedAt < often)
        return;
    try {
        // False: a write is in the way. The next request of the holder notes its use.
        static_cast<void>(_parts.tokens.markUsed(token.keyId, now));
    } catch (const Error& failure) {
        // The holder has proven itself; a full disk must not lock it out of a read.
        _log.warning("use not noted", {{"grant_token", token.keyId}, {"detail", failure.what()}});
    }
}

void GrantTokenService::purge() {
    (void)_parts.tokens.purge(grant_token::unusedLife, base::nowOf(_parts.clock));
    // However few are dropped here: others went with their accounts, clients or keys.
    // In this order: a token that is issued meanwhile is in neither list, and stays.
    const auto here = _keys.keyIds();
    std::set<std::string> stored;
    for (auto& proof : _parts.tokens.proofs())
        stored.insert(std::move(proof.keyId));
    for (const auto& keyId : here) {
        if (!stored.contains(keyId))
            _keys.remove(keyId);
    }
}

} // namespace central_oauth::services
