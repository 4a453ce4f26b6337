// SPDX-License-Identifier: Apache-2.0
// The SQLite store: opens, locks, migrates and checks the database, then lends the repositories.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"
#include "central_oauth/store/ClientRepository.h"
#include "central_oauth/store/DroppedStageRepository.h"
#include "central_oauth/store/GrantTokenRepository.h"
#include "central_oauth/store/LinkRepository.h"
#include "central_oauth/store/StoreReadiness.h"

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

/// Thrown by SqliteStore's constructor. what() says what is wrong and how to mend it, and never holds a
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
};

/// An open database: one connection that writes, several that only read (mode=ro), a lock file held all the
/// while.
///
/// Owns everything it lends; the repositories live as long as it. `keys` is copied into locked memory of its
/// own; clock and logger outlive it.
///
/// Threads: any. Writes wait for one another; reads do not wait for writes.
///
/// Errors: StoreError from the constructor, base::Error(storeUnavailable) later.
class SqliteStore {
public:
    SqliteStore(const StoreOptions& options, const crypto::KeyRing& keys, const base::Clock& clock,
                logging::Logger& logger);
    ~SqliteStore();
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    [[nodiscard]] ClientRepository& clients() noexcept;
    [[nodiscard]] LinkRepository& links() noexcept;
    [[nodiscard]] DroppedStageRepository& droppedStages() noexcept;
    [[nodiscard]] AccountRepository& accounts() noexcept;
    [[nodiscard]] GrantTokenRepository& grantTokens() noexcept;
    [[nodiscard]] AuditLog& audit() noexcept;

    /// The instance's own 256-bit key for HMACs of codes, cookies and forms: made once, kept sealed in the
    /// database.
    [[nodiscard]] const provider::Secret& serverKey() const noexcept;

    /// The schema number reached (`PRAGMA user_version`).
    [[nodiscard]] int schemaVersion() const noexcept;

    /// Looks at the space that is left and, every few seconds or while there is trouble, writes and reads.
    /// What it finds is logged once and becomes readiness. To be called by a scheduler, one call at a time,
    /// never by a request.
    void check();

    /// One small read and one empty write transaction: returns or throws when the database has answered. That
    /// another program keeps it locked is an answer, at once. For a watchdog. Throws:
    /// base::Error(storeUnavailable).
    void probe();

    /// What the last reads, writes and checks have shown, and whether the open files are still those on disk.
    /// Does not wait for the database.
    [[nodiscard]] StoreReadiness readiness() const;

private:
    struct Parts;
    std::unique_ptr<Parts> _parts;
};

} // namespace central_oauth::store
