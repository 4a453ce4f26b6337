// SPDX-License-Identifier: Apache-2.0
// The known state of the store, and the log lines when it changes.
#pragma once

#include "StoreFiles.h"
#include "StoreTroubleError.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

namespace central_oauth::store {

/// With less free space, the -wal file can't grow to its usual size.
constexpr std::uintmax_t enoughSpace = std::uintmax_t{16} * 1024 * 1024;

/// Keeps the trouble of the last failed read, write or check until two checks in a row have succeeded without
/// a failure between them: a check may succeed while a larger write fails. Each query also checks the files.
/// Logs one error when trouble begins or changes, and one line when it is over.
///
/// Call `filesAreOpen` from the start-up thread. The other functions are thread-safe after that.
///
/// Errors: StoreTroubleError from requireFiles and requireWorking.
class StoreWatch {
public:
    StoreWatch(std::filesystem::path database, std::optional<logging::Channel> log)
        : _files(std::move(database)), _log(std::move(log)) {}

    /// Starts to watch the present files.
    void filesAreOpen() { _files.remember(); }

    /// Returns whether the open files with content still have their names.
    [[nodiscard]] bool hasItsFiles() const { return _files.findContentFault().trouble == StoreTrouble::none; }

    /// Throws StoreTroubleError if data written now would be gone after a restart.
    void requireFiles();

    /// Throws StoreTroubleError if the store is known to be in trouble.
    void requireWorking();

    /// Records the failure of a read, a write or a check. Ignores StoreTrouble::none.
    void noteFailure(StoreTrouble trouble, const std::string& detail);

    /// Records that another database was copied over the open file. The state stays until the next start, and
    /// writes are refused.
    void noteForeignContent(const std::string& detail);

    /// Records a check that could write and read.
    void noteCheck(bool keyRingFits);

    /// Records the free space. Logs a warning if it is below `enough`.
    void noteSpace(std::uintmax_t available, std::uintmax_t enough);

    [[nodiscard]] StoreReadiness readiness();

private:
    // A trouble with its detail.
    struct State {
        StoreTrouble trouble = StoreTrouble::none;
        std::string detail;
    };

    [[nodiscard]] State present();
    void report(const State& state);

    StoreFiles _files;
    std::optional<logging::Channel> _log;
    std::mutex _mutex;     ///< guards all below
    State _failure;        ///< of the last read, write or check
    bool _isFinal = false; ///< _failure stays until the next start
    int _soundChecks = 0;  ///< since _failure
    StoreTrouble _reported = StoreTrouble::none;
    bool _keyRingFits = true;
    bool _isSpaceLow = false;
    std::optional<std::chrono::steady_clock::time_point> _lastCheck;
};

} // namespace central_oauth::store
