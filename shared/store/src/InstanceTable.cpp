// SPDX-License-Identifier: Apache-2.0
#include "InstanceTable.h"

#include "Query.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/store/SqliteStore.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace central_oauth::store {

namespace {

constexpr std::size_t serverKeyBytes = 32;
constexpr std::size_t instanceIdBytes = 16;

// The tables whose rows need a key, by key id. The number of rows is counted only for keys that the ring
// lacks.
using Needs = std::map<std::string, std::map<std::string, std::int64_t>>;

bool ringHas(const RowSealer& sealer, const std::string& keyId) {
    const auto& ids = sealer.aead().keyIds();
    return std::find(ids.begin(), ids.end(), keyId) != ids.end();
}

// Returns the first key id of the table after this one. Returns nullopt after the last. Costs one search in
// the table's index of key ids.
std::optional<std::string> nextKeyId(Connection& connection, const std::string& table,
                                     const std::optional<std::string>& before) {
    std::string keyId;
    Query query(connection, "SELECT key_id FROM " + table + " WHERE key_id " +
                                (before ? "> ?" : "IS NOT NULL") + " ORDER BY key_id LIMIT 1");
    if (before)
        query.with(*before);
    query.into(keyId);
    if (!query.next())
        return std::nullopt;
    if (before && keyId <= *before) // the search would never end
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "the key ids of the table " + table +
                              " are damaged; PRAGMA integrity_check says more");
    return keyId;
}

std::int64_t countRowsOf(Connection& connection, const std::string& table, const std::string& keyId) {
    std::int64_t rows = 0;
    Query query(connection, "SELECT COUNT(*) FROM " + table + " WHERE key_id = ?");
    query.with(keyId).into(rows);
    static_cast<void>(query.next());
    return rows;
}

// The cost grows with the number of keys, not of rows.
Needs findNeeds(Connection& connection, const RowSealer& sealer) {
    Needs needs;
    for (const std::string table : {"grants", "links", "stages", "instance"})
        for (auto keyId = nextKeyId(connection, table, std::nullopt); keyId;
             keyId = nextKeyId(connection, table, keyId))
            needs[*keyId][table] = ringHas(sealer, *keyId) ? 1 : countRowsOf(connection, table, *keyId);
    return needs;
}

// A sealed value names its key. A row whose key_id column differs is damaged, and must not prevent the start.
void leaveMislabelledOut(Connection& connection, const std::string& keyId, DamageLog& damage,
                         std::map<std::string, std::int64_t>& tables) {
    struct Place {
        std::string table;
        std::string id;
        std::string sealed;
    };
    for (const auto& [table, idColumn, sealed] :
         {Place{"grants", "account_id", "access_token"}, Place{"links", "id", "authorization"},
          Place{"stages", "link_id", "sealed"}, Place{"instance", "id", "server_key"}}) {
        if (!tables.contains(table))
            continue;
        std::string id;
        std::string sql = "SELECT " + idColumn;
        sql.append(" FROM ").append(table).append(" WHERE key_id = ?");
        sql.append(" AND key_id IS NOT lower(hex(substr(").append(sealed).append(", 2, 4)))");
        Query query(connection, sql);
        query.with(keyId).into(id);
        while (query.next()) {
            damage.report({table, id, "key_id", "not the key that the sealed value names"});
            --tables[table];
        }
    }
    std::erase_if(tables, [](const auto& entry) { return entry.second <= 0; });
}

void leaveMislabelledOut(Connection& connection, const RowSealer& sealer, DamageLog& damage, Needs& needs) {
    for (auto& [keyId, tables] : needs)
        if (!ringHas(sealer, keyId))
            leaveMislabelledOut(connection, keyId, damage, tables);
    std::erase_if(needs, [](const auto& entry) { return entry.second.empty(); });
}

std::map<std::string, std::string> readChecks(Connection& connection) {
    std::map<std::string, std::string> checks;
    std::string keyId;
    std::string value;
    Query query(connection, "SELECT key_id, check_value FROM key_checks");
    query.into(keyId).intoBytes(value);
    while (query.next())
        checks[keyId] = value;
    return checks;
}

std::string missingKeyFault(const std::string& keyId, const std::map<std::string, std::int64_t>& tables) {
    std::int64_t all = 0;
    std::string detail;
    for (const auto& [table, rows] : tables) {
        all += rows;
        detail += (detail.empty() ? "" : ", ") + table + " " + std::to_string(rows);
    }
    return "key " + keyId + " is not in the key ring, but " + std::to_string(all) +
           (all == 1 ? " row needs it (" : " rows need it (") + detail +
           "). Add it to the ring, after the newest key.";
}

std::vector<std::string> faultsOf(const RowSealer& sealer, const Needs& needs,
                                  const std::map<std::string, std::string>& checks) {
    std::vector<std::string> faults;
    for (const auto& [keyId, tables] : needs)
        if (!ringHas(sealer, keyId))
            faults.push_back(missingKeyFault(keyId, tables));
    for (const auto& [keyId, value] : checks) {
        if (!ringHas(sealer, keyId))
            continue;
        try {
            sealer.aead().verifyKeyCheck(keyId, value);
        } catch (const crypto::SealError&) {
            faults.push_back("key " + keyId +
                             " does not open its check value: the key ring has another key "
                             "of that id, or the database is damaged.");
        }
    }
    return faults;
}

void renewChecks(Connection& connection, const RowSealer& sealer, const Needs& needs,
                 const std::map<std::string, std::string>& checks, base::Timestamp now) {
    for (const auto& [keyId, value] : checks)
        if (!ringHas(sealer, keyId) && !needs.contains(keyId))
            Query(connection, "DELETE FROM key_checks WHERE key_id = ?").with(keyId).run();
    for (const std::string& keyId : sealer.aead().keyIds())
        if (!checks.contains(keyId))
            Query(connection, "INSERT INTO key_checks (key_id, check_value, created_at) VALUES (?, ?, ?)")
                .with(keyId)
                .withBytes(sealer.aead().keyCheckValue(keyId))
                .with(now)
                .run();
}

domain::SealContext serverKeyContext(std::int64_t generation) {
    return {"instance", "server_key", "1", {}, static_cast<std::uint64_t>(generation)};
}

Instance makeInstance(Connection& connection, const RowSealer& sealer, base::Timestamp now) {
    Instance instance{crypto::randomToken(instanceIdBytes), crypto::randomSecret(serverKeyBytes)};
    Query(connection, "INSERT INTO instance (id, instance_id, server_key, generation, key_id, created_at)"
                      " VALUES (1, ?, ?, 1, ?, ?)")
        .with(instance.id)
        .withBytes(sealer.seal(serverKeyContext(1), instance.serverKey).blob)
        .with(sealer.keyId())
        .with(now)
        .run();
    return instance;
}

bool hasClients(Connection& connection) {
    int found = 0;
    Query query(connection, "SELECT EXISTS (SELECT 1 FROM clients)");
    query.into(found);
    return query.next() && found == 1;
}

Instance findOrMakeInstance(Connection& connection, const RowSealer& sealer, base::Timestamp now) {
    Instance instance;
    std::string blob;
    std::string keyId;
    std::int64_t generation = 0;
    Query query(connection, "SELECT instance_id, server_key, key_id, generation FROM instance WHERE id = 1");
    query.into(instance.id).intoBytes(blob).into(keyId).into(generation);
    if (!query.next()) {
        if (hasClients(connection))
            throw StoreError(
                StoreFault::failed,
                "the database is damaged: the row of the table instance is gone, and with it the "
                "key that authenticates all other rows. Restore a backup.");
        return makeInstance(connection, sealer, now);
    }
    try {
        instance.serverKey = sealer.open(serverKeyContext(generation), {blob, keyId});
    } catch (const domain::UndecryptableError& error) {
        // The ring has all keys that rows need, so the key itself is not missing.
        throw StoreError(StoreFault::failed,
                         std::string("the database is damaged: the server key can't be opened (") +
                             error.what() +
                             "). Restore a backup. Without this key no row of the database can be trusted.");
    }
    if (keyId != sealer.keyId())
        Query(connection, "UPDATE instance SET server_key = ?, key_id = ?, generation = ? WHERE id = 1")
            .withBytes(sealer.seal(serverKeyContext(generation + 1), instance.serverKey).blob)
            .with(sealer.keyId())
            .with(generation + 1)
            .run();
    return instance;
}

} // namespace

Instance openInstance(Database& database, const RowSealer& sealer, base::Timestamp now) {
    return database.write([&](Connection& connection) {
        Needs needs = findNeeds(connection, sealer);
        leaveMislabelledOut(connection, sealer, database.damage(), needs);
        const auto checks = readChecks(connection);
        std::string message;
        for (const std::string& fault : faultsOf(sealer, needs, checks))
            message += (message.empty() ? "" : " ") + fault;
        if (!message.empty())
            throw StoreError(StoreFault::wrongKey, message);
        renewChecks(connection, sealer, needs, checks, now);
        return findOrMakeInstance(connection, sealer, now);
    });
}

bool keysFit(const Database& database, const RowSealer& sealer) {
    const auto checks = database.read([](Connection& connection) { return readChecks(connection); });
    return faultsOf(sealer, {}, checks).empty();
}

} // namespace central_oauth::store
