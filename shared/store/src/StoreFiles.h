// SPDX-License-Identifier: Apache-2.0
// Detects that an open file is no longer the file on disk.
#pragma once

#include "StoreTroubleError.h"
#include "central_oauth/platform/Files.h"

#include <filesystem>
#include <vector>

namespace central_oauth::store {

/// Remembers the files under the names of an open database. A file that is deleted or renamed while open
/// still takes writes, which are lost when the process ends. SQLite does not notice this.
///
/// Call `remember` from the start-up thread. The other functions are thread-safe after that.
class StoreFiles {
public:
    /// A file that has changed.
    struct Fault {
        StoreTrouble trouble = StoreTrouble::none;
        std::filesystem::path file;
    };

    explicit StoreFiles(std::filesystem::path database) : _database(std::move(database)) {}

    [[nodiscard]] const std::filesystem::path& database() const noexcept { return _database; }

    /// Remembers the present files. Files that do not exist are not watched.
    void remember();

    /// Returns the first fault among the files with content: the database and its -wal.
    [[nodiscard]] Fault findContentFault() const;

    /// Returns the first fault among all files.
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
