// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/StoreReadiness.h"

#include "central_oauth/base/EnumNames.h"

#include <array>

namespace central_oauth::domain {

namespace {

struct Words {
    StoreTrouble value;
    std::string_view name;
    std::string_view text;
    std::string_view fix;
};

constexpr std::array<Words, 11> troubles{{
    {StoreTrouble::none, "ok", {}, {}},
    {StoreTrouble::busy, "busy", "another program keeps the database locked",
     "End the other program, such as an sqlite3 with an open transaction."},
    {StoreTrouble::full, "full", "the disk is full",
     "Free space on the volume of the database, or raise its quota."},
    {StoreTrouble::readOnly, "read_only", "the database can't be written",
     "Make the database file, its -wal and -shm files and their directory writable for the service's "
     "user, and check whether the volume is mounted read-only."},
    {StoreTrouble::ioError, "io_error", "reading or writing the database fails",
     "Check the kernel log for disk errors, and whether a file size limit (LimitFSIZE=, "
     "ulimit -f) is reached."},
    {StoreTrouble::damaged, "damaged", "the database is damaged",
     "Stop the service, keep a copy of the database's files, and restore a backup."},
    {StoreTrouble::fileMissing, "file_missing",
     "a file of the database was deleted or moved away while it was open",
     "Move it back. If it was deleted, do not stop the service before you have copied the content "
     "from /proc/<pid>/fd; docs/operations.md says how."},
    {StoreTrouble::fileReplaced, "file_replaced", "a file of the database was replaced while it was open",
     "Stop the service, put the database that you want in its place without the -wal and -shm files "
     "of another, and start the service."},
    {StoreTrouble::fileCut, "file_cut", "the database file was cut while it was open",
     "Stop the service, keep a copy of the database's files, and restore a backup."},
    {StoreTrouble::stuck, "stuck", "the database does not answer",
     "Check whether the disk responds, and restart the service once it does."},
    {StoreTrouble::failed, "failed", "the database refuses a write",
     "See the detail; report it if it does not explain the failure."},
}};
static_assert(base::isComplete(troubles, StoreTrouble::failed));

Words wordsOf(StoreTrouble trouble) noexcept {
    const auto* const found = base::rowIn(troubles, trouble);
    return found != nullptr ? *found : Words{};
}

} // namespace

std::string_view nameOf(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).name;
}

std::string_view troubleText(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).text;
}

std::string_view troubleFix(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).fix;
}

} // namespace central_oauth::domain
