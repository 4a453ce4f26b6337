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
    "c.id, c.name, c.kind, c.scopes, c.links_per_minute, c.live_links, c.created_at";

void intoClient(Query& query, Client& client) {
    query.into(client.id)
        .into(client.name)
        .intoText([&client](const std::string& text) { client.kind = clientKindOf(text); })
        .intoText([&client](const std::string& text) { client.scopes = namesOf(text); })
        .into(client.linksPerMinute)
        .into(client.liveLinks)
        .into(client.createdAt);
}

bool nameTaken(Session& session, const std::string& name) {
    int found = 0;
    Query query(session, "SELECT 1 FROM clients WHERE name = ?");
    query.with(name).into(found);
    return query.next();
}

std::size_t insertClient(Session& session, const Client& client) {
    return Query(session, "INSERT INTO clients (id, name, kind, scopes, links_per_minute, live_links,"
                          " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .with(client.id)
        .with(client.name)
        .with(std::string(storedName(client.kind)))
        .with(textOfNames(client.scopes))
        .with(std::int64_t{client.linksPerMinute})
        .with(std::int64_t{client.liveLinks})
        .with(client.createdAt)
        .run();
}

std::size_t insertKey(Session& session, const ClientKey& key) {
    return Query(session, "INSERT INTO client_keys (key_id, client_id, name, hash, scopes, expires_at,"
                          " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .with(key.keyId)
        .with(key.clientId)
        .with(key.name)
        .withBytes(key.hash)
        .with(textOfNames(key.scopes))
        .with(key.expiresAt)
        .with(key.createdAt)
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

std::optional<KnownKey> SqliteClientRepository::findKey(const std::string& keyId) const {
    return _database.read([&](Session& session) {
        KnownKey known;
        Query query(session,
                    std::string("SELECT ") + clientColumns +
                        ", k.key_id, k.client_id, k.name, k.hash, k.scopes, k.expires_at, k.created_at"
                        " FROM client_keys k JOIN clients c ON c.id = k.client_id"
                        " WHERE k.key_id = ?");
        query.with(keyId);
        intoClient(query, known.client);
        query.into(known.key.keyId)
            .into(known.key.clientId)
            .into(known.key.name)
            .intoBytes(known.key.hash)
            .intoText([&known](const std::string& text) { known.key.scopes = namesOf(text); })
            .into(known.key.expiresAt)
            .into(known.key.createdAt);
        return query.next() ? std::optional(std::move(known)) : std::nullopt;
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
        while (query.next())
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
