// SPDX-License-Identifier: Apache-2.0
#include "Database.h"

#include "PlatformFiles.h"
#include "Query.h"
#include "central_oauth/base/Error.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::store {

namespace {

// Nobody else writes; this covers a checkpoint at the moment of opening and an operator's own sqlite3.
constexpr auto busyTimeoutMs = "5000";

// The WAL file is cut back to this after a checkpoint.
constexpr auto walLimitBytes = "16777216";

void registerConnectorOnce() {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Data::SQLite::Connector::registerConnector(); });
}

std::string readPragma(Poco::Data::Session& session, const std::string& sql) {
    std::string value;
    Query query(session, sql);
    query.into(value);
    static_cast<void>(query.next());
    return value;
}

Poco::Data::Session openWriter(const std::filesystem::path& file) {
    try {
        Poco::Data::Session session = openSession(uriOf(file, "rw"));
        setPragma(session, "synchronous", "2"); // FULL: a commit that returned survives a loss of power
        setPragma(session, "foreign_keys", "1");
        setPragma(session, "secure_delete", "1");
        return session;
    } catch (...) {
        rethrowTranslated();
    }
}

} // namespace

Poco::Data::Session openSession(const std::string& uri) {
    registerConnectorOnce();
    // Timeout 0: otherwise Poco retries for a minute what can't be opened.
    Poco::Data::Session session(Poco::Data::SQLite::Connector::KEY, uri, 0);
    setPragma(session, "busy_timeout", busyTimeoutMs);
    return session;
}

void setPragma(Poco::Data::Session& session, const std::string& name, const std::string& value) {
    readPragma(session, "PRAGMA " + name + " = " + value);
    const std::string actual = readPragma(session, "PRAGMA " + name);
    if (actual != value)
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "PRAGMA " + name + " is " + actual + " instead of " + value);
}

std::string uriOf(const std::filesystem::path& file, const std::string& mode) {
    const std::string path = platform::utf8Of(std::filesystem::absolute(file));
    std::string encoded;
    Poco::URI::encode(path, "?#", encoded);
    // A path with a drive letter needs a slash before it.
    const std::string_view root = encoded.starts_with('/') ? "file://" : "file:///";
    return std::string(root) + encoded + "?mode=" + mode;
}

void rethrowTranslated() {
    try {
        throw;
    } catch (const Poco::Exception& error) {
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          std::string(error.name()) + ": " + error.message());
    }
}

ImmediateTransaction::ImmediateTransaction(Poco::Data::Session& session) : _session(session) {
    Query(_session, "BEGIN IMMEDIATE").run();
}

ImmediateTransaction::~ImmediateTransaction() {
    if (!_open)
        return;
    try {
        Query(_session, "ROLLBACK").run();
    } catch (const Poco::Exception&) {
        // SQLite has rolled back by itself, as it does when the disk is full.
    }
}

void ImmediateTransaction::commit() {
    Query(_session, "COMMIT").run();
    _open = false;
}

Database::Database(const std::filesystem::path& file) : _file(file), _writer(openWriter(file)) {}

void Database::openReaders(std::size_t count) {
    try {
        setPragma(_writer, "journal_mode", "wal");
        setPragma(_writer, "journal_size_limit", walLimitBytes);
        _readers = std::make_unique<ReaderPool>(uriOf(_file, "ro"), count);
    } catch (...) {
        rethrowTranslated();
    }
}

} // namespace central_oauth::store
