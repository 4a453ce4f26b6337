// SPDX-License-Identifier: Apache-2.0
// The audit trail in SQLite and in the log.
#pragma once

#include "Database.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/store/AuditLog.h"

#include <string>

namespace central_oauth::store {

/// AuditLog on a Database. The line is written even if the row can't be.
///
/// Borrows the database, which outlives it.
class SqliteAuditLog final : public AuditLog {
public:
    SqliteAuditLog(Database& database, logging::Channel log) : _database(database), _log(std::move(log)) {}

    void append(const AuditEntry& entry) override;
    int prune(Timestamp before) override;

private:
    [[nodiscard]] std::string insert(const AuditEntry& entry);
    void writeLine(const AuditEntry& entry, const std::string& clientName);

    Database& _database;
    logging::Channel _log;
};

} // namespace central_oauth::store
