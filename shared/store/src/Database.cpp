// SPDX-License-Identifier: Apache-2.0
#include "Database.h"

#include "Query.h"
#include "StoreTroubleError.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/platform/Files.h"

#include <algorithm>
#include <sqlite3.h>
#include <utility>

#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::store {

namespace {

// A checkpoint truncates the WAL file to this size.
constexpr auto walLimitBytes = "16777216";

template <class Kind>
bool is(const Poco::Exception& error) noexcept {
    return dynamic_cast<const Kind*>(&error) != nullptr;
}

StoreTrouble troubleOf(const Poco::Exception& error) {
    namespace sqlite = Poco::Data::SQLite;
    if (is<sqlite::DatabaseFullException>(error))
        return StoreTrouble::full;
    if (is<sqlite::ReadOnlyException>(error) || is<sqlite::DBAccessDeniedException>(error))
        return StoreTrouble::readOnly;
    if (is<sqlite::IOErrorException>(error) || is<sqlite::CantOpenDBFileException>(error))
        return StoreTrouble::ioError;
    if (is<sqlite::DBLockedException>(error) || is<sqlite::TableLockedException>(error) ||
        is<sqlite::LockProtocolException>(error))
        return StoreTrouble::busy;
    // Poco has no exception for SQLITE_NOTADB.
    if (is<sqlite::CorruptImageException>(error) ||
        error.displayText().find("file is not a database") != std::string::npos)
        return StoreTrouble::damaged;
    return StoreTrouble::none;
}

// Sets how long SQLite waits for the file's lock: until a deadline, and the usual time again when destroyed.
class FileLockWait {
public:
    FileLockWait(Connection& connection, WriterTurn::Lease& lease, WriterTurn::Time deadline)
        : _handle(connection.handle()), _lease(lease) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        wait(std::max(left, std::chrono::milliseconds(0)));
        _lease.beginFileWait(deadline);
    }
    ~FileLockWait() {
        _lease.endFileWait();
        wait(busyTimeout);
    }
    FileLockWait(const FileLockWait&) = delete;
    FileLockWait& operator=(const FileLockWait&) = delete;

private:
    void wait(std::chrono::milliseconds atMost) {
        sqlite3_busy_timeout(_handle, static_cast<int>(atMost.count()));
    }

    sqlite3* _handle;
    WriterTurn::Lease& _lease;
};

Connection openWriter(const std::filesystem::path& file) {
    try {
        Connection connection(uriOf(file, "rw"));
        setPragma(connection, "synchronous", "2"); // FULL: a commit survives a power failure
        setPragma(connection, "foreign_keys", "1");
        setPragma(connection, "secure_delete", "1");
        return connection;
    } catch (...) {
        rethrowTranslated();
    }
}

// Call inside a catch block. Each call of the result makes another object.
WriteQueue::Failure translatedFailure() {
    try {
        rethrowTranslated();
    } catch (const StoreTroubleError& error) {
        return [error] { return std::make_exception_ptr(error); };
    } catch (const base::Error& error) {
        return [error] { return std::make_exception_ptr(error); };
    } catch (...) {
        return [failure = std::current_exception()] { return failure; };
    }
}

bool isLocked(const WriteQueue::Failure& failure) {
    try {
        std::rethrow_exception(failure());
    } catch (const StoreTroubleError& error) {
        return error.trouble() == StoreTrouble::busy;
    } catch (...) {
        return false;
    }
}

} // namespace

std::string uriOf(const std::filesystem::path& file, const std::string& mode) {
    const std::string path = platform::utf8Of(std::filesystem::absolute(file));
    std::string encoded;
    Poco::URI::encode(path, "?#", encoded);
    // A path with a drive letter needs a leading slash.
    const std::string_view root = encoded.starts_with('/') ? "file://" : "file:///";
    return std::string(root) + encoded + "?mode=" + mode;
}

void rethrowTranslated() {
    try {
        throw;
    } catch (const Poco::Exception& error) {
        const std::string detail = std::string(error.name()) + ": " + error.message();
        if (const auto trouble = troubleOf(error); trouble != StoreTrouble::none)
            throw StoreTroubleError(trouble, detail);
        throw base::Error(base::ErrorCode::storeUnavailable, {}, detail);
    }
}

ImmediateTransaction::ImmediateTransaction(Connection& connection) : _connection(connection) {
    Query(_connection, "BEGIN IMMEDIATE").run();
}

ImmediateTransaction::~ImmediateTransaction() {
    if (!_open)
        return;
    try {
        Query(_connection, "ROLLBACK").run();
    } catch (const Poco::Exception&) {
        // SQLite has already rolled back, as it does when the disk is full.
    }
}

void ImmediateTransaction::commit() {
    Query(_connection, "COMMIT").run();
    _open = false;
}

Snapshot::Snapshot(Connection& connection) : _connection(connection) {
    Query(_connection, "BEGIN").run();
}

Snapshot::~Snapshot() {
    try {
        Query(_connection, "COMMIT").run();
    } catch (const Poco::Exception&) {
        // Nothing was written; SQLite has already ended the transaction.
    }
}

Database::Database(const std::filesystem::path& file, std::optional<logging::Channel> log)
    : _file(file), _watch(file, log), _damage(std::move(log)), _writer(openWriter(file)) {
    // mode=rw falls back to read-only access, and BEGIN IMMEDIATE does not report that.
    if (sqlite3_db_readonly(_writer.handle(), "main") != 0)
        throw StoreTroubleError(StoreTrouble::readOnly, "SQLite opened the file for reading only");
}

Database::~Database() {
    // The last connection deletes the -wal file by name; by now another database's file may have that name.
    if (!_watch.hasItsFiles())
        sqlite3_db_config(_writer.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::rethrowNoted() const {
    try {
        rethrowTranslated();
    } catch (const StoreTroubleError& error) {
        if (error.trouble() == StoreTrouble::full)
            refuseFullWithSpace(error);
        // If the blocking write hangs, the watch detects that itself.
        if (error.trouble() != StoreTrouble::stuck)
            _watch.noteFailure(error.trouble(), error.what());
        throw;
    } catch (const domain::DamagedRowError& error) {
        _damage.report(error);
        throw;
    }
}

// SQLite also reports "full" when a limit of the database is reached. Freeing disk space does not help then.
void Database::refuseFullWithSpace(const StoreTroubleError& error) const {
    std::error_code unknown;
    const auto space = std::filesystem::space(std::filesystem::absolute(_file).parent_path(), unknown);
    if (unknown || space.available < enoughSpace)
        return;
    const StoreTroubleError limit(
        StoreTrouble::failed,
        std::string(error.what()) + "; the disk is not: " + std::to_string(space.available) +
            " bytes are free. A limit of the database is reached, such as max_page_count or "
            "the largest number of a row");
    _watch.noteFailure(limit.trouble(), limit.what());
    throw limit;
}

WriterTurn::Time Database::writeDeadline() {
    return std::chrono::steady_clock::now() + busyTimeout;
}

ImmediateTransaction Database::begin(WriterTurn::Lease& lease, WriterTurn::Time deadline) {
    const FileLockWait wait(_writer, lease, deadline);
    return ImmediateTransaction(_writer);
}

std::optional<ImmediateTransaction> Database::beginIfUnlocked(WriterTurn::Lease& lease) {
    const FileLockWait wait(_writer, lease, std::chrono::steady_clock::now());
    try {
        return std::optional<ImmediateTransaction>(std::in_place, _writer);
    } catch (const Poco::Exception& error) {
        if (troubleOf(error) != StoreTrouble::busy)
            throw;
        return std::nullopt;
    }
}

void Database::writeTogether(const std::shared_ptr<GroupedWrite>& write, WriterTurn::Time deadline) {
    try {
        _watch.requireFiles();
        const auto entry = _queue.add(write, deadline);
        const auto isDone = [&] { return _queue.isDone(*entry); };
        try {
            while (!isDone()) { // again if it was put back
                auto lease = _turn.takeUnless(deadline, isDone);
                if (lease && !isDone())
                    commitWaiting(*lease, deadline);
            }
        } catch (...) { // at the deadline, usually
            if (_queue.leave(*entry))
                throw;
        }
        if (auto failure = _queue.takeFailure(*entry))
            std::rethrow_exception(std::move(failure));
    } catch (...) {
        rethrowNoted();
    }
}

void Database::commitWaiting(WriterTurn::Lease& lease, WriterTurn::Time deadline) {
    auto group = _queue.takeAll();
    WriteQueue::Failure failure;
    try {
        commitGroup(group, lease, deadline);
    } catch (...) {
        failure = translatedFailure();
        // The deadline is that of this caller; others may have come later.
        if (isLocked(failure))
            _queue.putBack(group, std::chrono::steady_clock::now());
    }
    _queue.finish(group, failure);
    _turn.reconsider();
}

void Database::commitGroup(const std::vector<WriteQueue::EntryPtr>& group, WriterTurn::Lease& lease,
                           WriterTurn::Time deadline) {
    for (;;) {
        ImmediateTransaction transaction = begin(lease, deadline);
        const auto failed = runGroup(group);
        if (!failed) {
            transaction.commit();
            _watch.requireFiles();
            return;
        }
        // What it has changed can only be undone together with the others' changes.
        _queue.restart(group, *failed);
    }
}

// Returns a write that failed and must be undone: it has changed something, or SQLite has rolled back.
WriteQueue::EntryPtr Database::runGroup(const std::vector<WriteQueue::EntryPtr>& group) {
    for (const auto& entry : group) {
        if (!_queue.beginRun(*entry))
            continue;
        const auto before = sqlite3_total_changes64(_writer.handle());
        try {
            entry->write->run(_writer);
            _queue.endRun(*entry, nullptr);
        } catch (...) {
            _queue.endRun(*entry, std::current_exception());
            if (sqlite3_total_changes64(_writer.handle()) != before ||
                sqlite3_get_autocommit(_writer.handle()) != 0)
                return entry;
        }
    }
    return nullptr;
}

void Database::probeWriter() {
    try {
        auto lease = _turn.takeUnlessLocked();
        begin(lease, std::chrono::steady_clock::now()).commit();
    } catch (...) {
        rethrowTranslated();
    }
}

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
