// SPDX-License-Identifier: Apache-2.0
#include "SqliteAuditLog.h"

#include "Query.h"
#include "RowSweep.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::store {

void SqliteAuditLog::append(const AuditEntry& entry) {
    std::string name = entry.clientName;
    try {
        name = insert(entry);
    } catch (...) {
        writeLine(entry, name);
        throw;
    }
    writeLine(entry, name);
}

// Returns the client's name as the row has it.
std::string SqliteAuditLog::insert(const AuditEntry& entry) {
    return _database.write([&](Poco::Data::Session& session) {
        std::string name;
        Query query(session,
                    "INSERT INTO audit (at, actor, action, client_id, client_name, account_id, link_id,"
                    " address, request_id, outcome) VALUES (?, ?, ?, ?, COALESCE(NULLIF(?, ''),"
                    " (SELECT name FROM clients WHERE id = ?), ''), ?, ?, ?, ?, ?) RETURNING client_name");
        query.with(entry.at)
            .with(entry.actor)
            .with(entry.action)
            .with(entry.client)
            .with(entry.clientName)
            .with(entry.client)
            .with(entry.account)
            .with(entry.link)
            .with(entry.address)
            .with(entry.requestId)
            .with(entry.outcome)
            .into(name);
        static_cast<void>(query.next());
        return name;
    });
}

void SqliteAuditLog::writeLine(const AuditEntry& entry, const std::string& clientName) {
    std::vector<logging::Field> fields{
        {"action", entry.action}, {"outcome", entry.outcome}, {"actor", entry.actor}};
    // What an entry does not name stays what the request is about.
    for (const auto& [name, value] :
         {std::pair<std::string_view, const std::string&>("client", entry.client.value()),
          {"client_name", clientName},
          {"account", entry.account.value()},
          {"link", entry.link.value()},
          {"address", entry.address},
          {"request_id", entry.requestId}}) {
        if (!value.empty())
            fields.emplace_back(name, value);
    }
    _log.always("audit", fields);
}

int SqliteAuditLog::prune(Timestamp before) {
    return static_cast<int>(sweepRows(_database, {.table = "audit",
                                                  .change = "DELETE FROM audit",
                                                  .condition = "at < ?",
                                                  .bind = [&](Query& query) { query.with(before); }}));
}

} // namespace central_oauth::store
