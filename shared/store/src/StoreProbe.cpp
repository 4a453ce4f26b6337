// SPDX-License-Identifier: Apache-2.0
#include "StoreProbe.h"

#include "Query.h"
#include "StoreTroubleError.h"

namespace central_oauth::store {

namespace {

// Every request that changes something adds an audit entry, so a failing audit table makes the service
// useless.
void tryAuditEntry(Connection& connection) {
    Query(connection, "SAVEPOINT trial").run();
    Query(connection,
          "INSERT INTO audit (at, actor, action, client_id, client_name, account_id, link_id, provider,"
          " address, request_id, outcome) VALUES (0, 'system', 'probe', '', '', '', '', '', '', '', 'ok')")
        .run();
    Query(connection, "ROLLBACK TO trial").run();
    Query(connection, "RELEASE trial").run();
}

// Returns nullopt if the row is gone or damaged.
std::optional<std::int64_t> findCount(Connection& connection) {
    std::int64_t count = 0;
    Query query(connection, "SELECT writes FROM probe WHERE id = 1 AND typeof(writes) = 'integer'"
                            " AND writes BETWEEN 1 AND 9007199254740991");
    query.into(count);
    return query.next() ? std::optional(count) : std::nullopt;
}

} // namespace

void StoreProbe::write(Database& database) {
    _last = database.write([&](Connection& connection) {
        tryAuditEntry(connection);
        return countUp(database, connection);
    });
}

std::int64_t StoreProbe::countUp(Database& database, Connection& connection) {
    const auto present = findCount(connection);
    if (!present && _last)
        database.damage().report({"probe", "1", "writes", "not a valid count of writes; counting restarts"});
    if (present && _last && present != _last && present != _tried) {
        const auto detail = "the count of writes is " + std::to_string(*present) +
                            ", and this process has counted to " + std::to_string(*_last);
        database.watch().noteForeignContent(detail);
        throw StoreTroubleError(StoreTrouble::fileReplaced, detail);
    }
    const std::int64_t next = present.value_or(0) + 1;
    Query(connection, "INSERT OR REPLACE INTO probe (id, writes) VALUES (1, ?)").with(next).run();
    _tried = next;
    return next;
}

} // namespace central_oauth::store
