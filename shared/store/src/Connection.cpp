// SPDX-License-Identifier: Apache-2.0
#include "Connection.h"

#include "Query.h"
#include "SqliteMemory.h"
#include "central_oauth/base/Error.h"

#include <mutex>
#include <sqlite3.h>
#include <stdexcept>
#include <utility>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/Utility.h>

namespace central_oauth::store {

namespace {

// A connection is used by one thread at a time, so it needs no mutex in each call. Statistics of memory would
// take one for all connections at each allocation. All settings can only be made before SQLite's first use;
// later ones are refused, and SQLite goes on with its mutexes and its own memory.
void setUpSqlite() {
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_MULTITHREAD));
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
    // What a failing statement has to undo stays in memory, in pieces of a kilobyte: no temporary file, and
    // no 64 KiB taken, zeroed and wiped for each row.
    static_cast<void>(sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1));
    reuseSqliteMemory();
    Poco::Data::SQLite::Connector::registerConnector();
}

// Timeout 0: otherwise Poco retries for a minute.
Poco::Data::Session openSession(const std::string& uri) {
    static std::once_flag once;
    std::call_once(once, setUpSqlite);
    return {Poco::Data::SQLite::Connector::KEY, uri, 0};
}

std::string readPragma(Connection& connection, const std::string& sql) {
    std::string value;
    Query query(connection, sql);
    query.into(value);
    static_cast<void>(query.next());
    return value;
}

} // namespace

void FinalizeStatement::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Connection::Connection(const std::string& uri)
    : _session(openSession(uri)), _handle(Poco::Data::SQLite::Utility::dbHandle(_session)) {
    sqlite3_busy_timeout(_handle, static_cast<int>(busyTimeout.count()));
}

Connection::Lease Connection::prepare(std::string_view sql) {
    auto& place = placeOf(sql);
    if (place.statement) {
        ++place.users;
        return {std::move(place.statement), &place};
    }
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(_handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    PreparedStatement prepared(statement);
    if (code != SQLITE_OK)
        fail(code);
    if (!prepared || rest != sql.data() + sql.size())
        throw std::logic_error("not exactly one statement");
    ++place.users;
    return {std::move(prepared), &place};
}

KeptStatement& Connection::placeOf(std::string_view sql) {
    if (const auto kept = _kept.find(sql); kept != _kept.end())
        return kept->second;
    if (_kept.size() >= mostKept)
        std::erase_if(_kept, [](const auto& each) { return each.second.users == 0; });
    return _kept[std::string(sql)];
}

void Connection::keep(Lease lease) noexcept {
    sqlite3_reset(lease.statement.get());
    sqlite3_clear_bindings(lease.statement.get());
    lease.place->statement = std::move(lease.statement);
    --lease.place->users;
}

void Connection::runScript(const std::string& script) {
    if (const int code = sqlite3_exec(_handle, script.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(code);
}

void Connection::fail(int code) const {
    Poco::Data::SQLite::Utility::throwException(_handle, code);
    throw Poco::Data::SQLite::SQLiteException(sqlite3_errstr(code));
}

void setPragma(Connection& connection, const std::string& name, const std::string& value) {
    readPragma(connection, "PRAGMA " + name + " = " + value);
    const std::string actual = readPragma(connection, "PRAGMA " + name);
    if (actual != value)
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "PRAGMA " + name + " is " + actual + " instead of " + value);
}

} // namespace central_oauth::store
