// SPDX-License-Identifier: Apache-2.0
#include "SqliteGrantTokenRepository.h"

#include "Query.h"
#include "SiteJson.h"
#include "central_oauth/base/Error.h"

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

// How exactly the time of last use is kept, as for accounts.
constexpr std::chrono::seconds usePrecision{60};

constexpr auto columns =
    "g.key_id, g.account_id, g.hash, g.label, g.scopes, g.created_at, g.last_used_at, g.expires_at, g.issuer,"
    " g.issuer_ends_at";

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
        .into(token.issuerEnds);
}

} // namespace

void SqliteGrantTokenRepository::create(const GrantToken& token, int most) {
    _database.write([&](Session& session) {
        int accounts = 0;
        int tokens = 0;
        int issuers = 0;
        Query query(session, "SELECT COUNT(*), (SELECT COUNT(*) FROM grant_tokens WHERE account_id = ?),"
                             " (SELECT COUNT(*) FROM client_keys WHERE key_id = ?)"
                             " FROM accounts WHERE id = ?");
        query.with(token.account).with(token.issuer).with(token.account);
        query.into(accounts).into(tokens).into(issuers);
        static_cast<void>(query.next());
        if (issuers == 0 && !token.issuer.empty())
            throw base::Error(base::ErrorCode::invalidCredential);
        if (accounts == 0)
            throw base::Error(base::ErrorCode::notFound);
        if (tokens >= most)
            throw base::Error(base::ErrorCode::conflict, "An account has at most " + std::to_string(most) +
                                                             " grant tokens; remove one first.");
        return Query(session, "INSERT INTO grant_tokens (key_id, account_id, hash, label, scopes,"
                              " created_at, last_used_at, expires_at, issuer, issuer_ends_at)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .with(token.keyId)
            .with(token.account)
            .withBytes(token.hash)
            .with(token.label)
            .with(textOfNames(token.scopes))
            .with(token.createdAt)
            .with(token.lastUsedAt)
            .with(token.expiresAt)
            .with(token.issuer)
            .with(token.issuerEnds)
            .run();
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

bool SqliteGrantTokenRepository::remove(const AccountId& account, const std::string& keyId) {
    return _database.write([&](Session& session) {
        return Query(session, "DELETE FROM grant_tokens WHERE account_id = ? AND key_id = ?")
                   .with(account)
                   .with(keyId)
                   .run() > 0;
    });
}

void SqliteGrantTokenRepository::markUsed(const std::string& keyId, Timestamp now) {
    const bool due = _database.read([&](Session& session) {
        Timestamp last{};
        Query query(session, "SELECT last_used_at FROM grant_tokens WHERE key_id = ?");
        query.with(keyId).into(last);
        return query.next() && last + usePrecision <= now;
    });
    if (due)
        _database.write([&](Session& session) {
            return Query(session, "UPDATE grant_tokens SET last_used_at = ? WHERE key_id = ?")
                .with(now)
                .with(keyId)
                .run();
        });
}

int SqliteGrantTokenRepository::purge(std::chrono::seconds unused, Timestamp now) {
    return static_cast<int>(_database.write([&](Session& session) {
        return Query(session, "DELETE FROM grant_tokens WHERE expires_at <= ? OR last_used_at <= ?")
            .with(now)
            .with(now - unused)
            .run();
    }));
}

} // namespace central_oauth::store
