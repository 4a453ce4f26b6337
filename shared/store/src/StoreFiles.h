// SPDX-License-Identifier: Apache-2.0
// Whether the files that are open are still those on disk.
#pragma once

#include "StoreTroubleError.h"
#include "central_oauth/platform/Files.h"

#include <filesystem>
#include <vector>

namespace central_oauth::store {

/// Remembers which files stood under the names of an open database. An open file that was deleted or renamed
/// takes writes as before, and all of them are lost at the end of the process; SQLite does not notice.
///
/// Threads: `remember` before all others, then any. Errors: none.
class StoreFiles {
public:
    /// One that is not as it was.
    struct Fault {
        StoreTrouble trouble = StoreTrouble::none;
        std::filesystem::path file;
    };

    explicit StoreFiles(std::filesystem::path database) : _database(std::move(database)) {}

    [[nodiscard]] const std::filesystem::path& database() const noexcept { return _database; }

    /// Takes the files as they are now. What is not there is not watched.
    void remember();

    /// The first fault among the files that hold what is stored: the database and its -wal.
    [[nodiscard]] Fault findContentFault() const;

    /// The first fault among all of them.
    [[nodiscard]] Fault findFault() const;

private:
    struct Known {
        std::filesystem::path file;
        platform::FileIdentity identity;
        bool holdsContent = false;
        std::uintmax_t leastSize = 0;
    };

    [[nodiscard]] Fault find(bool contentOnly) const;

    std::filesystem::path _database;
    std::vector<Known> _known;
};

} // namespace central_oauth::store
