// SPDX-License-Identifier: Apache-2.0
// Migrates a database to the schema of this binary, forward only.
#pragma once

#include "Database.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::store {

/// One step: `script` brings the schema to `number`.
struct Migration {
    int number = 0;
    std::string_view name; ///< the file's name, e.g. "0001_create_schema.sql"
    std::string_view script;
    std::string_view digest{}; ///< of the resulting shape, see digestOf; empty if any is accepted
};

/// Returns the steps embedded in this binary, numbered 1, 2, 3, …
/// Throws: std::logic_error if a file's name does not fit the sequence.
[[nodiscard]] std::vector<Migration> embeddedMigrations();

/// The result of migrate.
struct MigrationResult {
    int before = 0;
    int reached = 0;
    std::optional<std::filesystem::path> copy; ///< of the earlier database, if one was made
};

/// Runs the missing steps, each in one immediate transaction together with `PRAGMA user_version`. Before the
/// first step on a database that already has a schema, copies it to `<file>.before-NNNN`, where NNNN is the
/// number of that step. Replaces a copy from an earlier attempt.
///
/// Throws: StoreError(failed) if the database is newer than `steps`, belongs to another program, or does not
/// have the shape of its schema number; base::Error(storeUnavailable), std::system_error.
MigrationResult migrate(Database& database, const std::filesystem::path& file,
                        const std::vector<Migration>& steps);

} // namespace central_oauth::store
