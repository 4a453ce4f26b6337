// SPDX-License-Identifier: Apache-2.0
// The connections to one SQLite file: one that writes, several that read.
#pragma once

#include "Connection.h"
#include "DamageLog.h"
#include "ReaderPool.h"
#include "StoreTroubleError.h"
#include "StoreWatch.h"
#include "WriteQueue.h"
#include "WriterTurn.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// Returns the SQLite URI of a file. `mode` is "ro" or "rw", so that no connection creates the file.
[[nodiscard]] std::string uriOf(const std::filesystem::path& file, const std::string& mode);

/// Call inside a catch block. Rethrows a Poco::Exception as base::Error(storeUnavailable), or as
/// StoreTroubleError if the store itself is in trouble. Rethrows every other exception unchanged. The detail
/// is SQLite's message, which names tables and columns but no values.
[[noreturn]] void rethrowTranslated();

/// A transaction from BEGIN IMMEDIATE to commit. The destructor rolls it back if it was not committed. Poco's
/// own transactions are DEFERRED: they would notice another writer only at their first write.
class ImmediateTransaction {
public:
    explicit ImmediateTransaction(Connection& connection);
    ~ImmediateTransaction();
    ImmediateTransaction(const ImmediateTransaction&) = delete;
    ImmediateTransaction& operator=(const ImmediateTransaction&) = delete;

    void commit();

private:
    Connection& _connection;
    bool _open = true;
};

/// A read-only transaction. The destructor ends it.
class Snapshot {
public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Connection& _connection;
};

/// One SQLite file in WAL mode.
///
/// SQLite 3.40 has a race between two connections that checkpoint. Therefore exactly one connection writes
/// and checkpoints; the others are read-only and are closed before it.
///
/// Owns its connections.
///
/// Thread-safe. Writes exclude one another. Reads run concurrently and see what was committed before.
///
/// Errors: base::Error(storeUnavailable). An exception of the given work passes through.
class Database {
public:
    /// Opens the connection that writes. Requires: the file exists; it may be empty.
    /// Throws: StoreTroubleError(readOnly) if the file is read-only.
    explicit Database(const std::filesystem::path& file, std::optional<logging::Channel> log = std::nullopt);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Switches to WAL and opens the connections that read. Requires: the schema is complete. Call it once,
    /// after the checks: it changes the file, and another program's file must be refused unchanged.
    void openReaders(std::size_t count);

    /// Runs `work(connection)` with a connection that only reads.
    template <class Work>
    auto read(Work&& work) const {
        try {
            auto lease = _readers->take();
            return work(lease.connection());
        } catch (...) {
            rethrowNoted();
        }
    }

    /// Runs `work(connection)` with a read-only connection, on one snapshot of the database.
    template <class Work>
    void readSnapshot(Work&& work) const {
        read([&work](Connection& connection) {
            const Snapshot snapshot(connection);
            work(connection);
        });
    }

    /// Runs `work(connection)` in one immediate transaction and commits it; an exception rolls it back. Waits
    /// at most 5 s in all for other writes and for the file's lock. Refuses to write if the written data
    /// would be gone after a restart.
    template <class Work>
    auto write(Work&& work) {
        try {
            _watch.requireFiles();
            const auto deadline = writeDeadline();
            auto lease = _turn.take(deadline);
            ImmediateTransaction transaction = begin(lease, deadline);
            auto result = work(_writer);
            transaction.commit();
            _watch.requireFiles();
            return result;
        } catch (...) {
            rethrowNoted();
        }
    }

    /// As `write`, but commits together with other callers' writes: the caller whose turn it is runs all that
    /// wait, on its thread and in their order, and commits once. A write that throws fails alone: if it has
    /// changed something, the others run again without it. At the deadline a caller leaves with
    /// StoreTroubleError, unless its write runs already: then it waits for the outcome.
    void writeTogether(const std::shared_ptr<GroupedWrite>& write) { writeTogether(write, writeDeadline()); }
    void writeTogether(const std::shared_ptr<GroupedWrite>& write, WriterTurn::Time deadline);

    /// As `write`, but waits neither for other writes nor for the file's lock. Returns false if it would have
    /// to wait; this is no trouble of the store.
    template <class Work>
    bool writeIfFree(Work&& work) {
        try {
            _watch.requireFiles();
            auto lease = _turn.takeIfFree();
            if (!lease)
                return false;
            auto transaction = beginIfUnlocked(*lease);
            if (!transaction)
                return false;
            work(_writer);
            transaction->commit();
            _watch.requireFiles();
            return true;
        } catch (...) {
            rethrowNoted();
        }
    }

    /// Runs `work(connection)` on the connection that writes, without a transaction.
    template <class Work>
    auto withWriter(Work&& work) {
        try {
            const auto lease = _turn.take(writeDeadline());
            return work(_writer);
        } catch (...) {
            rethrowNoted();
        }
    }

    /// Runs an empty write transaction. Blocks while a write waits for the disk.
    /// Throws at once if another program keeps the file locked.
    void probeWriter();

    /// Returns the watch over the store's state.
    [[nodiscard]] StoreWatch& watch() const noexcept { return _watch; }

    /// Returns the log of damaged rows, for those that a list leaves out and those that a look-up refuses.
    [[nodiscard]] DamageLog& damage() const noexcept { return _damage; }

private:
    // As rethrowTranslated. Notes the failure in the watch.
    [[noreturn]] void rethrowNoted() const;
    [[nodiscard]] static WriterTurn::Time writeDeadline();
    // Commits all waiting writes, that of the caller among them.
    void commitWaiting(WriterTurn::Lease& lease, WriterTurn::Time deadline);
    void commitGroup(const std::vector<WriteQueue::EntryPtr>& group, WriterTurn::Lease& lease,
                     WriterTurn::Time deadline);
    [[nodiscard]] WriteQueue::EntryPtr runGroup(const std::vector<WriteQueue::EntryPtr>& group);
    // Waits for the file's lock until the deadline.
    [[nodiscard]] ImmediateTransaction begin(WriterTurn::Lease& lease, WriterTurn::Time deadline);
    // Returns nullopt while another program keeps the file locked.
    [[nodiscard]] std::optional<ImmediateTransaction> beginIfUnlocked(WriterTurn::Lease& lease);
    void refuseFullWithSpace(const StoreTroubleError& error) const;

    std::filesystem::path _file;
    mutable StoreWatch _watch;
    mutable DamageLog _damage;
    WriterTurn _turn; ///< guards _writer
    WriteQueue _queue;
    Connection _writer;
    std::unique_ptr<ReaderPool> _readers; ///< declared after _writer, so that it closes first
};

} // namespace central_oauth::store
