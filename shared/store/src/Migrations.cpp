// SPDX-License-Identifier: Apache-2.0
#include "Migrations.h"

#include "Query.h"
#include "SchemaShape.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/platform/Files.h"
#include "central_oauth/store/SqliteStore.h"
#include "central_oauth/store/migrations/EmbeddedFiles.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace central_oauth::store {

namespace {

constexpr std::size_t numberDigits = 4;

int numberOf(std::string_view fileName) {
    const bool fits =
        fileName.size() > numberDigits && fileName[numberDigits] == '_' && fileName.ends_with(".sql");
    return fits ? base::parseNumber<int>(fileName.substr(0, numberDigits)).value_or(0) : 0;
}

int userVersion(Connection& connection) {
    int version = 0;
    Query query(connection, "PRAGMA user_version");
    query.into(version);
    static_cast<void>(query.next());
    return version;
}

bool hasTables(Connection& connection) {
    std::int64_t count = 0;
    Query query(connection, "SELECT COUNT(*) FROM sqlite_schema");
    query.into(count);
    return query.next() && count > 0;
}

// SQLite converts texts of another encoding when they are read, and two that differ may then look the same.
void requireUtf8(Connection& connection, const std::string& file) {
    std::string encoding;
    Query query(connection, "PRAGMA encoding");
    query.into(encoding);
    if (!query.next() || encoding != "UTF-8")
        throw StoreError(StoreFault::failed, "the database " + file + " holds its texts as " + encoding +
                                                 ", not as UTF-8; restore a backup");
}

void refuseForeign(Connection& connection, int version, int newest, const std::string& file) {
    if (version > newest)
        throw StoreError(StoreFault::failed,
                         "the database " + file + " has schema " + std::to_string(version) +
                             ", this program knows schemas up to " + std::to_string(newest) +
                             "; install the version that wrote it, or a newer one");
    if (version < 0 || (version == 0 && hasTables(connection)))
        throw StoreError(StoreFault::failed,
                         file + " is a SQLite database of another program; set another DB_PATH");
}

std::filesystem::path copyBefore(Connection& connection, const std::filesystem::path& file, int firstStep) {
    char suffix[24];
    std::snprintf(suffix, sizeof suffix, ".before-%04d", firstStep);
    std::filesystem::path copy = file;
    copy += suffix;
    std::filesystem::path unfinished = copy;
    unfinished += ".new";
    std::filesystem::remove(unfinished);
    // VACUUM INTO accepts an existing empty file, so the copy is private from its first byte.
    if (!platform::makePrivateFile(unfinished))
        throw StoreError(StoreFault::failed, "can't replace " + platform::utf8Of(unfinished));
    Query(connection, "VACUUM INTO ?").with(platform::utf8Of(unfinished)).run();
    platform::syncFile(unfinished);
    std::filesystem::rename(unfinished, copy);
    platform::syncDirectory(copy.parent_path());
    return copy;
}

// A fresh database in memory, to show how another one differs from it.
SchemaShape shapeAt(int version, const std::vector<Migration>& steps) {
    Connection connection(":memory:");
    for (const Migration& step : steps)
        if (step.number <= version)
            connection.runScript(std::string(step.script));
    return readShape(connection);
}

// The number alone proves nothing: tables may have been changed by hand, or half a dump restored.
void refuseForeignShape(Connection& connection, int version, const std::vector<Migration>& steps,
                        const std::string& file) {
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [version](const Migration& each) { return each.number == version; });
    if (step == steps.end() || step->digest.empty())
        return;
    const auto shape = readShape(connection);
    if (digestOf(shape) == step->digest)
        return;
    throw StoreError(StoreFault::failed, "the database " + file + " says that it has schema " +
                                             std::to_string(version) +
                                             ", but its tables are not those of that schema (" +
                                             differenceOf(shapeAt(version, steps), shape) +
                                             "); restore a backup, or undo what was changed by hand");
}

void runStep(Connection& connection, const Migration& step) {
    ImmediateTransaction transaction(connection);
    connection.runScript(std::string(step.script));
    Query(connection, "PRAGMA user_version = " + std::to_string(step.number)).run();
    transaction.commit();
}

} // namespace

std::vector<Migration> embeddedMigrations() {
    std::vector<Migration> steps;
    for (const migrations::EmbeddedFile& file : migrations::embeddedFiles()) {
        const int number = numberOf(file.name);
        if (number != static_cast<int>(steps.size()) + 1)
            throw std::logic_error("migration " + std::string(file.name) + " is out of sequence");
        steps.push_back({number, file.name, file.content, knownDigest(number)});
    }
    return steps;
}

MigrationResult migrate(Database& database, const std::filesystem::path& file,
                        const std::vector<Migration>& steps) {
    return database.withWriter([&](Connection& connection) {
        MigrationResult result;
        result.before = userVersion(connection);
        result.reached = result.before;
        requireUtf8(connection, platform::utf8Of(file));
        refuseForeign(connection, result.before, steps.empty() ? 0 : steps.back().number,
                      platform::utf8Of(file));
        refuseForeignShape(connection, result.before, steps, platform::utf8Of(file));
        for (const Migration& step : steps) {
            if (step.number <= result.reached)
                continue;
            if (result.before > 0 && !result.copy)
                result.copy = copyBefore(connection, file, step.number);
            runStep(connection, step);
            result.reached = step.number;
        }
        if (result.reached != result.before)
            refuseForeignShape(connection, result.reached, steps, platform::utf8Of(file));
        return result;
    });
}

} // namespace central_oauth::store
