// SPDX-License-Identifier: Apache-2.0
// The connections to one SQLite file: one that writes, several that read.
#pragma once

#include "DamageLog.h"
#include "ReaderPool.h"
#include "StoreTroubleError.h"
#include "StoreWatch.h"
#include "WriterTurn.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// Opens a session on a SQLite URI with this module's waiting time for locks. Registers Poco's connector when
/// first called. Throws: Poco::Exception.
[[nodiscard]] Poco::Data::Session openSession(const std::string& uri);

/// Sets a pragma and reads it back. Throws: base::Error(storeUnavailable) if it reads another value.
void setPragma(Poco::Data::Session& session, const std::string& name, const std::string& value);

/// The SQLite URI of a file; `mode` is "ro" or "rw", so that no session ever creates the file.
[[nodiscard]] std::string uriOf(const std::filesystem::path& file, const std::string& mode);

/// Inside a catch block: throws base::Error(storeUnavailable) in place of a Poco::Exception, a
/// StoreTroubleError where the store itself is in trouble, and lets every other exception pass. The detail is
/// SQLite's message, which names tables and columns but no values.
[[noreturn]] void rethrowTranslated();

/// BEGIN IMMEDIATE until commit; rolled back if it is destroyed before. Poco's own transactions are DEFERRED,
/// and would learn only at their first write that another one was quicker.
class ImmediateTransaction {
public:
    explicit ImmediateTransaction(Poco::Data::Session& session);
    ~ImmediateTransaction();
    ImmediateTransaction(const ImmediateTransaction&) = delete;
    ImmediateTransaction& operator=(const ImmediateTransaction&) = delete;

    void commit();

private:
    Poco::Data::Session& _session;
    bool _open = true;
};

/// A transaction that only reads, until it is destroyed.
class Snapshot {
public:
    explicit Snapshot(Poco::Data::Session& session);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Poco::Data::Session& _session;
};

/// One SQLite file in WAL mode.
///
/// SQLite 3.40 has a race between two connections that checkpoint, so exactly one connection writes and
/// checkpoints; readers are opened read-only and closed before it.
///
/// Owns its sessions.
///
/// Threads: any. Writes exclude one another; reads run beside them and see what was committed before.
///
/// Errors: base::Error(storeUnavailable); what the given work throws passes through.
class Database {
public:
    /// Opens the connection that writes. Requires: the file exists, be it empty. Throws: StoreTroubleError
    /// (readOnly) if it can only be read.
    explicit Database(const std::filesystem::path& file, std::optional<logging::Channel> log = std::nullopt);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Switches to WAL and opens the connections that read. Requires: the schema is there; called once.
    /// Not before that, so that a file of another program is refused as it was found.
    void openReaders(std::size_t count);

    /// Runs `work(session)` with a connection that only reads.
    template <class Work>
    auto read(Work&& work) const {
        try {
            auto lease = _readers->take();
            return work(lease.session());
        } catch (...) {
            rethrowNoted();
        }
    }

    /// Runs `work(session)` as `read` does, on one snapshot of the database.
    template <class Work>
    void readSnapshot(Work&& work) const {
        read([&work](Poco::Data::Session& session) {
            const Snapshot snapshot(session);
            work(session);
        });
    }

    /// Runs `work(session)` in one immediate transaction and commits it; an exception rolls it back. Refused
    /// if what is written would be gone after a restart. Waits 5 s at most for other writes and for the lock
    /// of the file, in all.
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

    /// Runs `work(session)` as `write` does, and waits neither for other writes nor for the lock of the file.
    /// Returns false if one of them is in the way: that is no trouble of the store.
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

    /// Runs `work(session)` on the connection that writes, outside any transaction.
    template <class Work>
    auto withWriter(Work&& work) {
        try {
            const auto lease = _turn.take(writeDeadline());
            return work(_writer);
        } catch (...) {
            rethrowNoted();
        }
    }

    /// Returns when an empty transaction was possible. Throws at once while another program keeps the file
    /// locked. Blocks while a write waits for the disk.
    void probeWriter();

    /// What is known of the store's state.
    [[nodiscard]] StoreWatch& watch() const noexcept { return _watch; }

    /// Where damaged rows are reported that a list passes over. One that is asked for by itself is reported,
    /// too.
    [[nodiscard]] DamageLog& damage() const noexcept { return _damage; }

private:
    // As rethrowTranslated; the watch hears of it.
    [[noreturn]] void rethrowNoted() const;
    [[nodiscard]] static WriterTurn::Time writeDeadline();
    // Waits for the lock of the file until the deadline.
    [[nodiscard]] ImmediateTransaction begin(WriterTurn::Lease& lease, WriterTurn::Time deadline);
    // Returns nullopt while another program keeps the file locked.
    [[nodiscard]] std::optional<ImmediateTransaction> beginIfUnlocked(WriterTurn::Lease& lease);
    void refuseFullWithSpace(const StoreTroubleError& error) const;

    std::filesystem::path _file;
    mutable StoreWatch _watch;
    mutable DamageLog _damage;
    WriterTurn _turn; ///< guards _writer
    Poco::Data::Session _writer;
    std::unique_ptr<ReaderPool> _readers; ///< after _writer, so that it closes first
};

} // namespace central_oauth::store
