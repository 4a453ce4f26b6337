// SPDX-License-Identifier: Apache-2.0
// A store in a directory of its own, with a clock that stands still.
#pragma once

#include "Database.h"
#include "Query.h"
#include "Records.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/store/SqliteStore.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace central_oauth::store {

using memory::FakeClock;
using memory::revealed;

/// A directory that is removed after the test.
class TemporaryDirectory {
public:
    TemporaryDirectory()
        : _path(std::filesystem::temp_directory_path() / ("store-test-" + crypto::randomToken(12))) {
        std::filesystem::create_directory(_path);
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(_path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

private:
    std::filesystem::path _path;
};

inline crypto::KeyRing ringOf(const std::string& digits) {
    std::vector<domain::Secret> keys;
    for (const char digit : digits)
        keys.emplace_back(std::string(64, digit));
    std::vector<std::string> faults;
    return crypto::KeyRing::parse(keys, faults).value();
}

inline std::string readAll(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Opens and closes the same database as often as a test needs.
class StoreFixture {
public:
    StoreFixture() : ring(ringOf("1")) { open(); }

    void open() { store = std::make_unique<SqliteStore>(options(), ring, clock, logger); }
    void close() { store.reset(); }

    /// Closes the store and opens it with other keys, newest first.
    void reopen(const std::string& keyDigits) {
        close();
        ring = ringOf(keyDigits);
        open();
    }
    void reopen() {
        close();
        open();
    }

    [[nodiscard]] StoreOptions options() const {
        StoreOptions options;
        options.path = file();
        options.lockWait = std::chrono::seconds(0);
        options.readers = 2;
        return options;
    }
    [[nodiscard]] std::filesystem::path file() const { return directory.path() / "db.sqlite3"; }

    /// The place for the helpers of Records.h.
    [[nodiscard]] memory::Place place() const { return {*store, store->sealer(), clock.time}; }

    /// Returns a connection that bypasses the store. Temporary data goes into the database `aside`, because
    /// the store detects an extra table.
    [[nodiscard]] Connection openBeside() const {
        Connection connection(uriOf(file(), "rw"));
        Query(connection, "ATTACH ? AS aside").with((directory.path() / "aside").string()).run();
        return connection;
    }

    /// Changes the database without the store's knowledge, while the store is closed. Returns the number of
    /// changed rows.
    std::size_t tamper(const std::string& sql) {
        close();
        std::size_t changed = 0;
        {
            auto connection = openBeside();
            changed = Query(connection, sql).run();
        }
        open();
        return changed;
    }

    /// Returns the number that a query yields, read beside the open store.
    [[nodiscard]] std::int64_t number(const std::string& sql) const {
        Connection connection(uriOf(file(), "ro"));
        std::int64_t value = -1;
        Query query(connection, sql);
        query.into(value);
        static_cast<void>(query.next());
        return value;
    }

    [[nodiscard]] int logCount(const std::string& text) const {
        const std::string log = logged.str();
        int count = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++count;
        return count;
    }

    TemporaryDirectory directory;
    FakeClock clock;
    std::ostringstream logged;
    logging::StreamSink sink{logged};
    logging::Logger logger{sink, clock, provider::LogLevel::debug};
    crypto::KeyRing ring;
    std::unique_ptr<SqliteStore> store;
};

// For the tests of Database: a table `words`.

inline std::size_t addWord(Connection& connection, const std::string& word) {
    return Query(connection, "INSERT INTO words (word) VALUES (?)").with(word).run();
}

/// Returns the number of words; `where` may restrict them.
[[nodiscard]] inline std::int64_t wordCount(const Database& database, const std::string& where = "") {
    return database.read([&](Connection& connection) {
        std::int64_t rows = -1;
        Query query(connection, "SELECT COUNT(*) FROM words" + where);
        query.into(rows);
        static_cast<void>(query.next());
        return rows;
    });
}

} // namespace central_oauth::store
