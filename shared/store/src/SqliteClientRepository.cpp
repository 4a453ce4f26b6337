// SPDX-License-Identifier: Apache-2.0
#include "SqliteClientRepository.h"

#include "Query.h"
#include "SiteJson.h"
#include "StoredNames.h"
#include "central_oauth/base/Error.h"

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

constexpr auto clientColumns =
    "c.id, c.name, c.kind, c.contact, c.scopes, c.links_per_minute, c.live_links, c.max_accounts,"
    " c.writes_per_minute, c.checks_per_minute, c.require_subject, c.require_on_behalf_of, c.created_at";

void intoClient(Query& query, Client& client) {
    query.ofRow("clients", client.id)
        .into(client.id)
        .into(client.name)
        .intoText([&client](const std::string& text) { client.kind = storedClientKind(text); })
        .into(client.contact)
        .intoText([&client](const std::string& text) { client.scopes = namesOf(text); })
        .into(client.linksPerMinute)
        .into(client.liveLinks)
        .into(client.maxAccounts)
        .into(client.writesPerMinute)
        .into(client.checksPerMinute)
        .into(client.requireSubject)
        .into(client.requireOnBehalfOf)
        .into(client.createdAt);
}

bool nameTaken(Session& session, const std::string& name) {
    int found = 0;
    Query query(session, "SELECT 1 FROM clients WHERE name = ?");
    query.with(name).into(found);
    return query.next();
}

std::size_t insertClient(Session& session, const Client& client) {
    return Query(session,
                 "INSERT INTO clients (id, name, kind, contact, scopes, links_per_minute, live_links,"
                 " max_accounts, writes_per_minute, checks_per_minute, require_subject, require_on_behalf_of,"
                 " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .with(client.id)
        .with(client.name)
        .with(std::string(nameOf(client.kind)))
        .with(client.contact)
        .with(textOfNames(client.scopes))
        .with(std::int64_t{client.linksPerMinute})
        .with(std::int64_t{client.liveLinks})
        .with(std::int64_t{client.maxAccounts})
        .with(std::int64_t{client.writesPerMinute})
        .with(std::int64_t{client.checksPerMinute})
        .with(std::int64_t{client.requireSubject ? 1 : 0})
        .with(std::int64_t{client.requireOnBehalfOf ? 1 : 0})
        .with(client.createdAt)
        .run();
}

std::size_t insertKey(Session& session, const ClientKey& key) {
    return Query(session, "INSERT INTO client_keys (key_id, client_id, name, hash, scopes, expires_at,"
                          " created_at, issuer, original_expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .with(key.keyId)
        .with(key.clientId)
        .with(key.name)
        .withBytes(key.hash)
        .with(textOfNames(key.scopes))
        .with(key.expiresAt)
        .with(key.createdAt)
        .with(key.issuer)
        .with(key.originalExpiry)
        .run();
}

std::size_t addOneMore(Session& session, const ClientKey& key, int most) {
    int known = 0;
    int keys = 0;
    // Expired keys don't count: they are kept for the sake of their descent.
    Query query(session, "SELECT COUNT(*), (SELECT COUNT(*) FROM client_keys WHERE client_id = ?"
                         " AND (expires_at IS NULL OR expires_at > ?)) FROM clients WHERE id = ?");
    query.with(key.clientId).with(key.createdAt).with(key.clientId).into(known).into(keys);
    static_cast<void>(query.next());
    if (known == 0)
        throw base::Error(base::ErrorCode::notFound, "There is no such client.");
    if (keys >= most)
        throw base::Error(base::ErrorCode::conflict,
                          "A client has at most " + std::to_string(most) + " keys; remove one first.");
    return insertKey(session, key);
}

std::optional<std::string> findIssuer(Session& session, const ClientId& client, const std::string& keyId) {
    std::string issuer;
    Query query(session, "SELECT issuer FROM client_keys WHERE client_id = ? AND key_id = ?");
    query.with(client).with(keyId).into(issuer);
    return query.next() ? std::optional(std::move(issuer)) : std::nullopt;
}

// The key, then all that descend from it. UNION drops what was found before, so that no circle is endless.
std::vector<std::string> withDescendants(Session& session, const std::string& keyId) {
    std::string each;
    Query query(session,
                "WITH RECURSIVE line (key_id) AS (VALUES (?) UNION SELECT k.key_id FROM client_keys k"
                " JOIN line ON k.issuer = line.key_id) SELECT key_id FROM line");
    query.with(keyId).into(each);
    std::vector<std::string> line;
    while (query.next())
        line.push_back(each);
    return line;
}

// Returns how many. The cap keeps a link that is at upstream from being extended. The service revokes what
// upstream granted for them, as for each link that expires.
int expireLinks(Session& session, const ClientId& client, const std::string& issuer, Timestamp now) {
    const auto expired = static_cast<int>(
        Query(session, "UPDATE links SET expires_at = ? WHERE client_id = ? AND issuer = ? AND expires_at > ?"
                       " AND status IN ('pending', 'authorizing', 'choosing', 'staged')")
            .with(now)
            .with(client)
            .with(issuer)
            .with(now)
            .run());
    Query(session, "UPDATE links SET issuer_ends_at = MIN(COALESCE(issuer_ends_at, ?), ?),"
                   " staged_grant = CASE status WHEN 'delivered' THEN NULL ELSE staged_grant END,"
                   " key_id = CASE status WHEN 'delivered' THEN NULL ELSE key_id END"
                   " WHERE client_id = ? AND issuer = ?")
        .with(now)
        .with(now)
        .with(client)
        .with(issuer)
        .run();
    return expired;
}

// What descended from one issuer descends from another then.
std::size_t handOver(Session& session, const ClientId& client, const std::string& from,
                     const std::string& to) {
    return Query(session, "UPDATE grant_tokens SET issuer = ? WHERE issuer = ?").with(to).with(from).run() +
           Query(session, "UPDATE links SET issuer = ? WHERE client_id = ? AND issuer = ?")
               .with(to)
               .with(client)
               .with(from)
               .run();
}

} // namespace

void SqliteClientRepository::create(const Client& client, const ClientKey& key) {
    _database.write([&](Session& session) {
        if (nameTaken(session, client.name))
            throw base::Error(base::ErrorCode::conflict, "A client of this name exists.",
                              "a client of this name exists");
        return insertClient(session, client) + insertKey(session, key);
    });
}

std::vector<KnownKey> SqliteClientRepository::keys() const {
    return _database.read([&](Session& session) {
        KnownKey known;
        Query query(
            session,
            std::string("SELECT ") + clientColumns +
                ", k.key_id, k.client_id, k.name, k.hash, k.scopes, k.expires_at, k.created_at,"
                " k.issuer, k.original_expires_at FROM client_keys k JOIN clients c ON c.id = k.client_id"
                " ORDER BY k.created_at, k.key_id");
        intoClient(query, known.client);
        query.ofRow("client_keys", known.key.keyId)
            .into(known.key.keyId)
            .into(known.key.clientId)
            .into(known.key.name)
            .intoBytes(known.key.hash)
            .intoText([&known](const std::string& text) { known.key.scopes = namesOf(text); })
            .into(known.key.expiresAt)
            .into(known.key.createdAt)
            .into(known.key.issuer)
            .into(known.key.originalExpiry);
        std::vector<KnownKey> all;
        while (query.nextSound(_database.damage()))
            all.push_back(known);
        return all;
    });
}

void SqliteClientRepository::addKey(const ClientKey& key, int most) {
    _database.write([&](Session& session) { return addOneMore(session, key, most); });
}

void SqliteClientRepository::rotateKey(const ClientKey& fresh, const std::string& old, Timestamp oldEnds,
                                       int most) {
    _database.write([&](Session& session) {
        const auto found =
            Query(session, "UPDATE client_keys SET expires_at = MIN(COALESCE(expires_at, ?), ?)"
                           " WHERE key_id = ? AND client_id = ?"
                           " AND (expires_at IS NULL OR expires_at > ?)")
                .with(oldEnds)
                .with(oldEnds)
                .with(old)
                .with(fresh.clientId)
                .with(fresh.createdAt)
                .run();
        if (found == 0)
            throw base::Error(base::ErrorCode::notFound, "The client has no such key.");
        return addOneMore(session, fresh, most) + handOver(session, fresh.clientId, old, fresh.keyId);
    });
}

RemovedKeys SqliteClientRepository::removeKey(const ClientId& client, const std::string& keyId, Issued issued,
                                              Timestamp now) {
    return _database.write([&](Session& session) {
        RemovedKeys removed;
        const auto issuer = findIssuer(session, client, keyId);
        if (!issuer)
            return removed;
        removed.keys = issued == Issued::end ? withDescendants(session, keyId) : std::vector{keyId};
        if (issued == Issued::keep) {
            Query(session, "UPDATE client_keys SET issuer = ? WHERE issuer = ?")
                .with(*issuer)
                .with(keyId)
                .run();
            handOver(session, client, keyId, *issuer);
        }
        for (const auto& each : removed.keys) {
            removed.grantTokens += static_cast<int>(
                Query(session, "DELETE FROM grant_tokens WHERE issuer = ?").with(each).run());
            Query(session, "DELETE FROM client_keys WHERE key_id = ?").with(each).run();
            if (issued == Issued::end)
                removed.links += expireLinks(session, client, each, now);
        }
        return removed;
    });
}

std::map<std::string, int> SqliteClientRepository::grantTokensByIssuer(const ClientId& client) const {
    return _database.read([&](Session& session) {
        std::string issuer;
        int count = 0;
        Query query(session, "SELECT g.issuer, COUNT(*) FROM grant_tokens g JOIN client_keys k"
                             " ON k.key_id = g.issuer WHERE k.client_id = ? GROUP BY g.issuer");
        query.with(client).into(issuer).into(count);
        std::map<std::string, int> counts;
        while (query.next())
            counts[issuer] = count;
        return counts;
    });
}

ClientHoldings SqliteClientRepository::holdings(const ClientId& id, Timestamp now) const {
    return _database.read([&](Session& session) {
        ClientHoldings holdings;
        Query query(session, "SELECT (SELECT COUNT(*) FROM accounts WHERE client_id = ?),"
                             " (SELECT COUNT(DISTINCT upstream_id) FROM accounts WHERE client_id = ?),"
                             " (SELECT COUNT(*) FROM client_keys WHERE client_id = ?),"
                             " (SELECT COUNT(*) FROM grant_tokens g JOIN accounts a ON a.id = g.account_id"
                             "  WHERE a.client_id = ?),"
                             " (SELECT COUNT(*) FROM links WHERE client_id = ? AND expires_at > ?"
                             "  AND status IN ('pending', 'authorizing', 'choosing', 'staged'))");
        query.with(id).with(id).with(id).with(id).with(id).with(now);
        query.into(holdings.accounts)
            .into(holdings.people)
            .into(holdings.keys)
            .into(holdings.grantTokens)
            .into(holdings.openLinks);
        static_cast<void>(query.next());
        return holdings;
    });
}

std::optional<Client> SqliteClientRepository::find(const ClientId& id) const {
    return _database.read([&](Session& session) {
        Client client;
        Query query(session, std::string("SELECT ") + clientColumns + " FROM clients c WHERE c.id = ?");
        query.with(id);
        intoClient(query, client);
        return query.next() ? std::optional(std::move(client)) : std::nullopt;
    });
}

std::vector<Client> SqliteClientRepository::list() const {
    return _database.read([&](Session& session) {
        Client client;
        Query query(session, std::string("SELECT ") + clientColumns + " FROM clients c ORDER BY c.name");
        intoClient(query, client);
        std::vector<Client> all;
        while (query.nextSound(_database.damage()))
            all.push_back(client);
        return all;
    });
}

bool SqliteClientRepository::remove(const std::string& name) {
    return _database.write([&](Session& session) {
        // Keys, links, accounts and their tokens go by ON DELETE CASCADE.
        return Query(session, "DELETE FROM clients WHERE name = ?").with(name).run() > 0;
    });
}

} // namespace central_oauth::store
