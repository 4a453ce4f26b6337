// SPDX-License-Identifier: Apache-2.0
// Whether the store can do its work, and if not, which part of it fails.
#pragma once

#include <string_view>

namespace central_oauth::domain {

/// What keeps the database from being read and written. Names are those of `nameOf`.
enum class StoreTrouble {
    none,
    busy,         ///< another program keeps it locked
    full,         ///< no space left, or a quota is used up
    readOnly,     ///< the file, its folder or the volume can't be written
    ioError,      ///< the operating system reports errors
    damaged,      ///< its content is not that of a database; stays until the next start
    fileMissing,  ///< one of its files was deleted or moved away while it was open
    fileReplaced, ///< another file stands in the place of one that is open
    fileCut,      ///< a file that is open has lost a part
    stuck,        ///< a check has not come back for a while
    failed,       ///< something else, see the log
};

/// The name on the wire and in the log, e.g. "read_only"; "ok" for none.
[[nodiscard]] std::string_view nameOf(StoreTrouble trouble) noexcept;

/// What is wrong, in words for the log; empty for none.
[[nodiscard]] std::string_view troubleText(StoreTrouble trouble) noexcept;

/// What an operator does about it; empty for none.
[[nodiscard]] std::string_view troubleFix(StoreTrouble trouble) noexcept;

/// The parts of the store's readiness.
struct StoreReadiness {
    StoreTrouble store = StoreTrouble::none;
    bool keyRingFits = true;
    bool isSpaceLow = false; ///< it works now, but not for long

    [[nodiscard]] bool works() const noexcept { return store == StoreTrouble::none && keyRingFits; }
};

} // namespace central_oauth::domain
