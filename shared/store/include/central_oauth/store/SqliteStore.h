// SPDX-License-Identifier: Apache-2.0
// The SQLite back end of the domain's store: opens, locks, migrates and checks the database, then keeps
// records.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/domain/StoreReadiness.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace central_oauth::store {

/// Why a database can't be opened; each has its own exit code (`sysexits.h`).
enum class StoreFault {
    locked,   ///< another process has it (75)
    wrongKey, ///< a key that rows need is missing or wrong (78)
    failed,   ///< anything else: not writable, damaged, newer than this binary (74)
};

/// Thrown by SqliteStore's constructor. what() says what is wrong and how to fix it, and never holds a
/// secret.
class StoreError : public std::runtime_error {
public:
    StoreError(StoreFault fault, const std::string& message) : std::runtime_error(message), _fault(fault) {}
    [[nodiscard]] StoreFault fault() const noexcept { return _fault; }

private:
    StoreFault _fault;
};

/// Where the database is and how it is opened.
struct StoreOptions {
    std::filesystem::path path;        ///< directory is created 0700, file 0600
    std::chrono::seconds lockWait{30}; ///< how long to wait for another process to let go
    std::size_t readers = 4;           ///< read-only connections kept open
    /// For tests: called before and after each commit, on the thread that commits.
    std::function<void(const domain::Committed& changes, bool isDurable)> atCommit{};
};

/// An open database: one connection that writes, several that only read (mode=ro), a lock file held all the
/// while. Each row that decides who gets a secret, or where it goes, is authenticated under the instance's
/// key.
///
/// `keys` is copied into locked memory of its own; clock and logger outlive the store.
///
/// Thread-safe. Writes wait for one another; reads do not wait for writes.
///
/// Errors: StoreError from the constructor, base::Error(storeUnavailable) later.
class SqliteStore final : public domain::Store {
public:
    SqliteStore(const StoreOptions& options, const crypto::KeyRing& keys, const base::Clock& clock,
                logging::Logger& logger);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    void requireWritable() const override;
    void observe(domain::CommitObserver* observer) override;

    /// Seals and opens values of this store's records. Lives as long as the store.
    [[nodiscard]] const domain::Sealer& sealer() const noexcept;

    /// The instance's own 256-bit key for HMACs of codes, cookies and forms: made once, kept sealed in the
    /// database.
    [[nodiscard]] const provider::Secret& serverKey() const noexcept;

    /// The schema number reached (`PRAGMA user_version`).
    [[nodiscard]] int schemaVersion() const noexcept;

    /// Looks at the space that is left and, every few seconds or while there is trouble, writes and reads.
    /// Logs what it finds once; `readiness` returns it. Call from a scheduler, one call at a time, never from
    /// a request.
    void check();

    /// Runs one small read and one empty write transaction, for a watchdog. Returns or throws as soon as the
    /// database has answered; throws at once while another program keeps it locked. Throws:
    /// base::Error(storeUnavailable).
    void probe();

    /// Returns what the last reads, writes and checks have shown, and whether the open files are still those
    /// on disk. Does not wait for the database.
    [[nodiscard]] domain::StoreReadiness readiness() const;

protected:
    void doRead(const std::function<void(const domain::ReadView&)>& fn) const override;
    void doTransact(const std::function<void(domain::Transaction&)>& fn) override;
    bool doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) override;

private:
    struct Parts;
    std::unique_ptr<Parts> _parts;
};

} // namespace central_oauth::store
