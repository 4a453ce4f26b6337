// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/store/StoreReadiness.h"

namespace central_oauth::store {

namespace {

struct Words {
    std::string_view name;
    std::string_view text;
    std::string_view fix;
};

// No default: a new trouble does not compile until it has its words.
Words wordsOf(StoreTrouble trouble) noexcept {
    switch (trouble) {
    case StoreTrouble::none:
        return {"ok", {}, {}};
    case StoreTrouble::busy:
        return {"busy", "another program keeps the database locked",
                "End the other program, such as an sqlite3 with an open transaction."};
    case StoreTrouble::full:
        return {"full", "the disk is full", "Free space on the volume of the database, or raise its quota."};
    case StoreTrouble::readOnly:
        return {
            "read_only", "the database can't be written",
            "Make the database file, its -wal and -shm files and their directory writable for the service's "
            "user, and see whether the volume is mounted read-only."};
    case StoreTrouble::ioError:
        return {
            "io_error", "reading or writing the database fails",
            "See the kernel's log for errors of the disk, and whether a limit of file sizes (LimitFSIZE=, "
            "ulimit -f) is reached."};
    case StoreTrouble::damaged:
        return {"damaged", "the database is damaged",
                "Stop the service, keep a copy of the database's files, and restore a backup."};
    case StoreTrouble::fileMissing:
        return {"file_missing", "a file of the database was deleted or moved away while it was open",
                "Move it back. If it was deleted, do not stop the service before you have copied the content "
                "from /proc/<pid>/fd; docs/operations.md says how."};
    case StoreTrouble::fileReplaced:
        return {
            "file_replaced", "a file of the database was replaced while it was open",
            "Stop the service, put the database that you want in its place without the -wal and -shm files "
            "of another, and start the service."};
    case StoreTrouble::fileCut:
        return {"file_cut", "the database file was cut while it was open",
                "Stop the service, keep a copy of the database's files, and restore a backup."};
    case StoreTrouble::stuck:
        return {"stuck", "the database does not answer",
                "See whether the disk answers; restart the service when it does."};
    case StoreTrouble::failed:
        return {"failed", "the database refuses a write",
                "See the detail; report it if it says nothing to you."};
    }
    return {};
}

} // namespace

std::string_view troubleName(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).name;
}

std::string_view troubleText(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).text;
}

std::string_view troubleFix(StoreTrouble trouble) noexcept {
    return wordsOf(trouble).fix;
}

} // namespace central_oauth::store
