// SPDX-License-Identifier: Apache-2.0
// The SQLite back end of the domain's store. Opens, locks, migrates and checks the database, then keeps the
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

/// Why a database can't be opened. Each value has its own exit code (`sysexits.h`).
enum class StoreFault {
    locked,   ///< another process holds the lock (75)
    wrongKey, ///< a key that rows need is missing or wrong (78)
    failed,   ///< anything else, such as not writable, damaged or too new (74)
};

/// Thrown by SqliteStore's constructor. what() says what is wrong and how to fix it. It never holds a secret.
class StoreError : public std::runtime_error {
public:
    StoreError(StoreFault fault, const std::string& message) : std::runtime_error(message), _fault(fault) {}
    [[nodiscard]] StoreFault fault() const noexcept { return _fault; }

private:
    StoreFault _fault;
};

/// Where the database is and how it is opened.
struct StoreOptions {
    std::filesystem::path path;        ///< the directory is created with mode 0700, the file with 0600
    std::chrono::seconds lockWait{30}; ///< how long to wait for another process to release the lock
    std::size_t readers = 4;           ///< read-only connections kept open
    /// For tests: called before and after each commit, on the thread that commits.
    std::function<void(const domain::Committed& changes, bool isDurable)> atCommit{};
};

/// An open database: one connection that writes, several that only read (mode=ro), and a lock file that is
/// held throughout. Rows that decide who gets a secret, or where it goes, are authenticated under the
/// instance's key.
///
/// Copies `keys` into locked memory. Clock and logger must outlive the store.
///
/// Thread-safe. Writes exclude one another; reads do not wait for writes.
///
/// Errors: StoreError from the constructor, base::Error(storeUnavailable) from the other functions.
class SqliteStore final : public domain::Store {
public:
    SqliteStore(const StoreOptions& options, const crypto::KeyRing& keys, const base::Clock& clock,
                logging::Logger& logger);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    void requireWritable() const override;
    void observe(domain::CommitObserver* observer) override;

    /// Returns the sealer of this store's records. It lives as long as the store.
    [[nodiscard]] const domain::Sealer& sealer() const noexcept;

    /// Returns the instance's 256-bit key for HMACs of codes, cookies and forms. It is made once and kept
    /// sealed in the database.
    [[nodiscard]] const provider::Secret& serverKey() const noexcept;

    /// Returns the schema number of the database (`PRAGMA user_version`).
    [[nodiscard]] int schemaVersion() const noexcept;

    /// Checks the free space and, every few seconds or while there is trouble, writes and reads. Logs each
    /// finding once; `readiness` returns it. Call it from a scheduler, one call at a time, never from a
    /// request.
    void check();

    /// Runs one small read and one empty write transaction, for a watchdog. Returns once the database has
    /// answered.
    /// Throws: base::Error(storeUnavailable), at once if another program keeps the database locked.
    void probe();

    /// Returns what the last reads, writes and checks found, and whether the open files are still those on
    /// disk. Does not wait for the database.
    [[nodiscard]] domain::StoreReadiness readiness() const;

protected:
    void doRead(const std::function<void(const domain::ReadView&)>& fn) const override;
    void doTransact(const std::function<void(domain::Transaction&)>& fn) override;
    bool doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) override;

private:
    struct Parts;
    class GroupedTransaction;
    std::unique_ptr<Parts> _parts;
};

} // namespace central_oauth::store
