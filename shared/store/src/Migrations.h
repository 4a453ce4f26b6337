// SPDX-License-Identifier: Apache-2.0
// Brings a database to the schema of this binary, forward only.
#pragma once

#include "Database.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::store {

/// One step: the schema reaches `number` by running `script`.
struct Migration {
    int number = 0;
    std::string_view name; ///< the file's, e.g. "0001_create_schema.sql"
    std::string_view script;
    std::string_view digest{}; ///< of the shape that is reached, as digestOf; empty: any
};

/// The steps embedded in this binary, numbered 1, 2, 3, …
/// Throws: std::logic_error if a file's name does not fit the sequence.
[[nodiscard]] std::vector<Migration> embeddedMigrations();

/// What a run of migrate has done.
struct MigrationResult {
    int before = 0;
    int reached = 0;
    std::optional<std::filesystem::path> copy; ///< of the database as it was, if one was made
};

/// Runs the missing steps, each in one immediate transaction together with `PRAGMA user_version`. Before the
/// first step on a database that has had one, its copy goes to `<file>.before-NNNN`, NNNN being that first
/// step; a copy of that name from an earlier attempt is replaced.
///
/// Throws: StoreError(failed) for a database newer than `steps`, for one that is not ours, and for one whose
/// shape is not that of its schema number;
/// base::Error(storeUnavailable), std::system_error.
MigrationResult migrate(Database& database, const std::filesystem::path& file,
                        const std::vector<Migration>& steps);

} // namespace central_oauth::store
