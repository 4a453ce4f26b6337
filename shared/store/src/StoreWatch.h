// SPDX-License-Identifier: Apache-2.0
// What is known of the store's state, and the log lines when it changes.
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

/// Less free space, and the -wal file cannot grow to its usual size.
constexpr std::uintmax_t enoughSpace = 16U * 1024U * 1024U;

/// Keeps the trouble of the last failed read, write or check until two checks in a row have succeeded and
/// nothing failed between them: a check may succeed while a larger write fails. Looks at the files whenever
/// it is asked. Logs one error when trouble begins or changes, and one line when it is over.
///
/// Threads: any; `filesAreOpen` before all others. Errors: StoreTroubleError from requireFiles and
/// requireWorking.
class StoreWatch {
public:
    StoreWatch(std::filesystem::path database, std::optional<logging::Channel> log)
        : _files(std::move(database)), _log(std::move(log)) {}

    /// The files that are there now are those to be watched.
    void filesAreOpen() { _files.remember(); }

    /// Whether the content of the open files is still under their names.
    [[nodiscard]] bool hasItsFiles() const { return _files.findContentFault().trouble == StoreTrouble::none; }

    /// Throws unless what is written now is still there after a restart.
    void requireFiles();

    /// Throws if the last thing known is trouble.
    void requireWorking();

    /// A read, a write or a check has failed. none: it says nothing about the store.
    void noteFailure(StoreTrouble trouble, const std::string& detail);

    /// Another database was copied over the open file. Stays until the next start, and no write is taken.
    void noteForeignContent(const std::string& detail);

    /// A check has written and read.
    void noteCheck(bool keyRingFits);

    /// How much may still be written. Below `enough` is worth a warning.
    void noteSpace(std::uintmax_t available, std::uintmax_t enough);

    [[nodiscard]] StoreReadiness readiness();

private:
    // What is wrong by all that is known, with the detail.
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
    bool _isFinal = false; ///< _failure stays
    int _soundChecks = 0;  ///< since _failure
    StoreTrouble _reported = StoreTrouble::none;
    bool _keyRingFits = true;
    bool _isSpaceLow = false;
    std::optional<std::chrono::steady_clock::time_point> _lastCheck;
};

} // namespace central_oauth::store
