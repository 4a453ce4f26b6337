// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/KeyDescent.h"

#include "central_oauth/domain/Linking.h"

#include <algorithm>
#include <map>
#include <set>

namespace central_oauth::domain {

namespace {

using base::Error;
using base::ErrorCode;

Timestamp earlier(Timestamp time, const std::optional<Timestamp>& limit) {
    return std::min(time, limit.value_or(time));
}

// Makes the grant tokens and links that descend from one key descend from another.
void handOver(Transaction& transaction, const ClientId& client, const std::string& from,
              const std::string& to, Timestamp now) {
    // Only links that may still be granted or read; the others no longer need an issuer.
    constexpr std::chrono::hours readable{1};
    for (auto& token : transaction.select(GrantTokenFilter{.issuer = from})) {
        token.issuer = to;
        transaction.put(token);
    }
    for (auto& link : transaction.select(
             LinkFilter{.client = client, .issuer = from, .expiresAfter = Timestamp(now - readable)})) {
        link.issuer = to;
        transaction.put(link);
    }
}

// Returns the key, then all its descendants. No key occurs twice, so a cycle ends.
std::vector<std::string> withDescendants(const ReadView& view, const std::string& keyId) {
    std::vector<std::string> line{keyId};
    for (std::size_t i = 0; i < line.size(); ++i)
        for (const auto& key : view.select(KeyFilter{.issuer = line[i]}))
            if (std::find(line.begin(), line.end(), key.keyId) == line.end())
                line.push_back(key.keyId);
    return line;
}

// Returns how many links were open. The cap prevents an extension of a link that is at upstream. purgeLinks
// later drops the stages of the expired links, so that upstream may be asked to revoke their grants.
std::size_t expireLinks(Transaction& transaction, const ClientId& client, const std::string& issuer,
                        Timestamp now) {
    std::size_t expired = 0;
    for (auto& link : transaction.select(LinkFilter{.client = client, .issuer = issuer})) {
        link.issuerEnds = earlier(now, link.issuerEnds);
        if (link.status == LinkStatus::delivered) {
            dropStage(transaction, link.id);
        } else if (isUnfinished(link.status) && link.expiresAt > now) {
            link.expiresAt = now;
            ++expired;
        }
        transaction.put(link);
    }
    return expired;
}

// Returns the ids of all keys that a working key or a grant token descends from.
std::set<std::string> ancestorsOfWorking(const ReadView& view, const std::vector<ClientKey>& keys,
                                         Timestamp now) {
    std::map<std::string, std::string> issuers;
    for (const auto& key : keys)
        issuers[key.keyId] = key.issuer;
    std::set<std::string> ancestors;
    const auto climb = [&](std::string keyId) {
        while (issuers.contains(keyId) && ancestors.insert(keyId).second)
            keyId = issuers.at(keyId);
    };
    for (const auto& key : keys) {
        if (!hasExpired(key, now))
            climb(key.issuer);
        else if (view.count(GrantTokenFilter{.issuer = key.keyId}) > 0)
            climb(key.keyId);
    }
    return ancestors;
}

void eraseHandingOver(Transaction& transaction, const GrantToken& token) {
    for (auto& successor : transaction.select(GrantTokenFilter{.parent = token.keyId})) {
        successor.parent = token.parent;
        transaction.put(successor);
    }
    transaction.eraseGrantToken(token.keyId);
}

} // namespace

std::optional<Timestamp> requireIssuer(const ReadView& view, const std::string& keyId, Timestamp now) {
    if (keyId.empty())
        return std::nullopt;
    const auto key = view.findKey(keyId);
    if (!key || hasExpired(*key, now))
        throw Error(ErrorCode::invalidCredential);
    return key->expiresAt;
}

void addKey(Transaction& transaction, const ClientKey& key, std::size_t most) {
    if (!transaction.find(key.clientId))
        throw Error(ErrorCode::notFound, "There is no such client.");
    transaction.lock(key.clientId);
    // Expired keys don't count: they are kept only for their descendants.
    const auto keys = transaction.select(KeyFilter{.client = key.clientId});
    const auto living = std::count_if(
        keys.begin(), keys.end(), [&](const ClientKey& each) { return !hasExpired(each, key.createdAt); });
    if (static_cast<std::size_t>(living) >= most)
        throw Error(ErrorCode::conflict,
                    "A client has at most " + std::to_string(most) + " keys; remove one first.");
    transaction.put(key);
}

void makeRoomForKey(Transaction& transaction, const ClientId& client, const KeyLimits& limits,
                    Timestamp now) {
    transaction.lock(client);
    const auto keys = transaction.select(KeyFilter{.client = client});
    const auto ancestors = ancestorsOfWorking(transaction, keys, now);
    const auto isKept = [&](const ClientKey& key) {
        return hasExpired(key, now) && ancestors.contains(key.keyId);
    };
    auto kept = static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), isKept));
    auto left = keys.size() - kept;
    const bool isFull = left >= limits.keys;
    for (const auto& key : keys) {
        if (!hasExpired(key, now))
            continue;
        // A key that the operator made stays: removing it would end all its descendants.
        const bool isSurplus = kept > limits.ancestors && !key.issuer.empty();
        if (isKept(key) ? !isSurplus : !isFull)
            continue;
        // The key expired by itself; what it issued has its own expiry.
        static_cast<void>(removeKey(transaction, client, key.keyId, Issued::keep, now));
        --(isKept(key) ? kept : left);
    }
    if (left >= limits.keys)
        throw Error(ErrorCode::conflict, "The client has " + std::to_string(limits.keys) +
                                             " keys, which is the most; remove one first.");
}

void rotateKey(Transaction& transaction, const ClientKey& fresh, const std::string& old, Timestamp oldEnds,
               std::size_t most) {
    auto replaced = transaction.findKey(old);
    if (!replaced || replaced->clientId != fresh.clientId || hasExpired(*replaced, fresh.createdAt))
        throw Error(ErrorCode::notFound, "The client has no such key.");
    replaced->expiresAt = earlier(oldEnds, replaced->expiresAt);
    transaction.put(*replaced);
    addKey(transaction, fresh, most);
    handOver(transaction, fresh.clientId, old, fresh.keyId, fresh.createdAt);
}

RemovedKeys removeKey(Transaction& transaction, const ClientId& client, const std::string& keyId,
                      Issued issued, Timestamp now) {
    RemovedKeys removed;
    const auto key = transaction.findKey(keyId);
    if (!key || key->clientId != client)
        return removed;
    if (issued == Issued::keep) {
        for (auto& descendant : transaction.select(KeyFilter{.issuer = keyId})) {
            descendant.issuer = key->issuer;
            transaction.put(descendant);
        }
        handOver(transaction, client, keyId, key->issuer, now);
        transaction.eraseKey(keyId);
        removed.keys = {keyId};
        return removed;
    }
    removed.keys = withDescendants(transaction, keyId);
    for (const auto& each : removed.keys) {
        for (const auto& token : transaction.select(GrantTokenFilter{.issuer = each})) {
            transaction.eraseGrantToken(token.keyId);
            ++removed.grantTokens;
        }
        transaction.eraseKey(each);
        removed.links += expireLinks(transaction, client, each, now);
    }
    return removed;
}

GrantToken addGrantToken(Transaction& transaction, GrantToken token, std::size_t most) {
    if (token.parent.empty()) {
        if (const auto ends = requireIssuer(transaction, token.issuer, token.createdAt))
            token.issuerEnds = earlier(*ends, token.issuerEnds);
    } else {
        const auto parent = transaction.findGrantToken(token.parent);
        if (!parent)
            throw Error(ErrorCode::invalidCredential);
        token.issuer = parent->issuer;
        token.issuerEnds = parent->issuerEnds;
    }
    token.expiresAt = earlier(token.expiresAt, token.issuerEnds);
    if (!transaction.find(token.account))
        throw Error(ErrorCode::notFound);
    if (transaction.count(GrantTokenFilter{.account = token.account}) >= most)
        throw Error(ErrorCode::conflict,
                    "An account has at most " + std::to_string(most) + " grant tokens; remove one first.");
    transaction.put(token);
    return token;
}

std::vector<std::string> removeGrantToken(Transaction& transaction, const AccountId& account,
                                          const std::string& keyId, Successors successors) {
    const auto token = transaction.findGrantToken(keyId);
    if (!token || token->account != account)
        return {};
    if (successors == Successors::keep) {
        eraseHandingOver(transaction, *token);
        return {keyId};
    }
    std::vector<std::string> line{keyId};
    for (std::size_t i = 0; i < line.size(); ++i)
        for (const auto& successor : transaction.select(GrantTokenFilter{.parent = line[i]}))
            if (std::find(line.begin(), line.end(), successor.keyId) == line.end())
                line.push_back(successor.keyId);
    for (const auto& each : line)
        transaction.eraseGrantToken(each);
    return line;
}

std::vector<std::string> purgeGrantTokens(Transaction& transaction, std::chrono::seconds unused,
                                          Timestamp now, std::size_t most) {
    std::vector<std::string> erased;
    for (const auto& token : transaction.select(
             GrantTokenFilter{.expiresBy = now, .unusedSince = Timestamp(now - unused), .limit = most})) {
        // Reload: an earlier token of this batch may have handed it over.
        const auto present = transaction.findGrantToken(token.keyId);
        if (!present)
            continue;
        eraseHandingOver(transaction, *present);
        erased.push_back(token.keyId);
    }
    return erased;
}

} // namespace central_oauth::domain
