// SPDX-License-Identifier: Apache-2.0
#include "SqliteGrantTokenRepository.h"

#include "IssuingKey.h"
#include "Query.h"
#include "RowSweep.h"
#include "SiteJson.h"
#include "central_oauth/base/Error.h"

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

// How exactly the time of last use is kept, as for accounts.
constexpr std::chrono::seconds usePrecision{60};

constexpr auto columns =
    "g.key_id, g.account_id, g.hash, g.label, g.scopes, g.created_at, g.last_used_at, g.expires_at, g.issuer,"
    " g.issuer_ends_at, g.parent";

void intoToken(Query& query, GrantToken& token) {
    query.ofRow("grant_tokens", token.keyId)
        .into(token.keyId)
        .into(token.account)
        .intoBytes(token.hash)
        .into(token.label)
        .intoText([&token](const std::string& text) { token.scopes = namesOf(text); })
        .into(token.createdAt)
        .into(token.lastUsedAt)
        .into(token.expiresAt)
        .into(token.issuer)
        .into(token.issuerEnds)
        .into(token.parent);
}

// The caller was authenticated before this transaction: its key may have been rotated or removed since.
GrantToken underIssuer(Session& session, GrantToken token) {
    if (token.parent.empty()) {
        if (const auto ends = requireIssuer(session, token.issuer, token.createdAt))
            token.issuerEnds = capped(*ends, token.issuerEnds);
    } else {
        Query query(session, "SELECT issuer, issuer_ends_at FROM grant_tokens WHERE key_id = ?");
        query.with(token.parent).into(token.issuer).into(token.issuerEnds);
        if (!query.next())
            throw base::Error(base::ErrorCode::invalidCredential);
    }
    token.expiresAt = capped(token.expiresAt, token.issuerEnds);
    return token;
}

void requireRoom(Session& session, const AccountId& account, int most) {
    int accounts = 0;
    int tokens = 0;
    Query query(session, "SELECT COUNT(*), (SELECT COUNT(*) FROM grant_tokens WHERE account_id = ?)"
                         " FROM accounts WHERE id = ?");
    query.with(account).with(account).into(accounts).into(tokens);
    static_cast<void>(query.next());
    if (accounts == 0)
        throw base::Error(base::ErrorCode::notFound);
    if (tokens >= most)
        throw base::Error(base::ErrorCode::conflict, "An account has at most " + std::to_string(most) +
                                                         " grant tokens; remove one first.");
}

// One column of key ids.
std::vector<std::string> keyIdsOf(Query& query) {
    std::string each;
    query.into(each);
    std::vector<std::string> all;
    while (query.next())
        all.push_back(each);
    return all;
}

// The token, then all that descend from it; empty: the account has no such token. UNION ends a circle.
std::vector<std::string> withSuccessors(Session& session, const AccountId& account,
                                        const std::string& keyId) {
    Query query(session, "WITH RECURSIVE line (key_id) AS (SELECT key_id FROM grant_tokens"
                         " WHERE account_id = ? AND key_id = ? UNION SELECT g.key_id FROM grant_tokens g"
                         " JOIN line ON g.parent = line.key_id) SELECT key_id FROM line");
    query.with(account).with(keyId);
    return keyIdsOf(query);
}

} // namespace

GrantToken SqliteGrantTokenRepository::create(const GrantToken& token, int most) {
    return _database.write([&](Session& session) {
        auto stored = underIssuer(session, token);
        requireRoom(session, token.account, most);
        Query(session, "INSERT INTO grant_tokens (key_id, account_id, hash, label, scopes, created_at,"
                       " last_used_at, expires_at, issuer, issuer_ends_at, parent)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .with(stored.keyId)
            .with(stored.account)
            .withBytes(stored.hash)
            .with(stored.label)
            .with(textOfNames(stored.scopes))
            .with(stored.createdAt)
            .with(stored.lastUsedAt)
            .with(stored.expiresAt)
            .with(stored.issuer)
            .with(stored.issuerEnds)
            .with(stored.parent)
            .run();
        return stored;
    });
}

std::optional<KnownGrantToken> SqliteGrantTokenRepository::find(const std::string& keyId) const {
    return _database.read([&](Session& session) {
        KnownGrantToken known;
        Query query(session, std::string("SELECT ") + columns +
                                 ", a.client_id FROM grant_tokens g JOIN accounts a ON a.id = g.account_id"
                                 " WHERE g.key_id = ?");
        query.with(keyId);
        intoToken(query, known.token);
        query.into(known.client);
        return query.next() ? std::optional(std::move(known)) : std::nullopt;
    });
}

std::vector<GrantTokenProof> SqliteGrantTokenRepository::proofs() const {
    return _database.read([&](Session& session) {
        GrantTokenProof proof;
        Query query(session, "SELECT key_id, hash FROM grant_tokens");
        query.ofRow("grant_tokens", proof.keyId).into(proof.keyId).intoBytes(proof.hash);
        std::vector<GrantTokenProof> all;
        while (query.nextSound(_database.damage()))
            all.push_back(proof);
        return all;
    });
}

std::vector<GrantToken> SqliteGrantTokenRepository::list(const AccountId& account) const {
    return _database.read([&](Session& session) {
        GrantToken token;
        Query query(session,
                    std::string("SELECT ") + columns +
                        " FROM grant_tokens g WHERE g.account_id = ? ORDER BY g.created_at, g.key_id");
        query.with(account);
        intoToken(query, token);
        std::vector<GrantToken> all;
        while (query.nextSound(_database.damage()))
            all.push_back(token);
        return all;
    });
}

std::vector<std::string> SqliteGrantTokenRepository::remove(const AccountId& account,
                                                            const std::string& keyId, Successors successors) {
    return _database.write([&](Session& session) {
        auto removed = withSuccessors(session, account, keyId);
        if (successors == Successors::keep && !removed.empty())
            removed.resize(1);
        for (const auto& each : removed)
            Query(session, "DELETE FROM grant_tokens WHERE key_id = ?").with(each).run();
        return removed;
    });
}

bool SqliteGrantTokenRepository::markUsed(const std::string& keyId, Timestamp now) {
    const bool due = _database.read([&](Session& session) {
        Timestamp last{};
        Query query(session, "SELECT last_used_at FROM grant_tokens WHERE key_id = ?");
        query.with(keyId).into(last);
        return query.next() && last + usePrecision <= now;
    });
    return !due || _database.writeIfFree([&](Session& session) {
        Query(session, "UPDATE grant_tokens SET last_used_at = ? WHERE key_id = ?")
            .with(now)
            .with(keyId)
            .run();
    });
}

int SqliteGrantTokenRepository::purge(std::chrono::seconds unused, Timestamp now) {
    return static_cast<int>(
        sweepRows(_database, {.table = "grant_tokens",
                              .change = "DELETE FROM grant_tokens",
                              .condition = "(expires_at <= ? OR last_used_at <= ?)",
                              .bind = [&](Query& query) { query.with(now).with(now - unused); }}));
}

} // namespace central_oauth::store
