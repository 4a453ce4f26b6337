// SPDX-License-Identifier: Apache-2.0
// The readiness of the store, part by part.
#pragma once

#include <string_view>

namespace central_oauth::domain {

/// What keeps the database from being read or written. `nameOf` gives the names.
enum class StoreTrouble {
    none,
    busy,         ///< another program keeps it locked
    full,         ///< no space is left, or a quota is reached
    readOnly,     ///< the file, its directory or the volume is not writable
    ioError,      ///< the operating system reports errors
    damaged,      ///< the content is not that of a database; stays until the next start
    fileMissing,  ///< one of its files was deleted or moved away while it was open
    fileReplaced, ///< another file has taken the place of an open one
    fileCut,      ///< an open file was truncated
    stuck,        ///< a check is overdue
    failed,       ///< anything else, see the log
};

/// Returns the name on the wire and in the log, e.g. "read_only"; "ok" for none.
[[nodiscard]] std::string_view nameOf(StoreTrouble trouble) noexcept;

/// Returns what is wrong, for the log; empty for none.
[[nodiscard]] std::string_view troubleText(StoreTrouble trouble) noexcept;

/// Returns what an operator should do; empty for none.
[[nodiscard]] std::string_view troubleFix(StoreTrouble trouble) noexcept;

/// The parts of the store's readiness.
struct StoreReadiness {
    StoreTrouble store = StoreTrouble::none;
    bool keyRingFits = true;
    bool isSpaceLow = false; ///< the store works now, but is about to run out of space

    [[nodiscard]] bool works() const noexcept { return store == StoreTrouble::none && keyRingFits; }
};

} // namespace central_oauth::domain
