// SPDX-License-Identifier: Apache-2.0
// The lock of another program whose transaction writes to a database. Linux.
#pragma once

#include <cppunit/TestAssert.h>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace central_oauth::test {

/// Holds SQLite's write lock as BEGIN IMMEDIATE of another process does, during its lifetime.
class WriteLock {
public:
    explicit WriteLock(const std::filesystem::path& database)
        : _shared(::open((database.string() + "-shm").c_str(), O_RDWR | O_CLOEXEC)) {
        CPPUNIT_ASSERT(_shared >= 0);
        constexpr off_t writeLock = 120; // WAL_WRITE_LOCK in sqlite3's wal.c, of its file format
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = writeLock;
        lock.l_len = 1;
        CPPUNIT_ASSERT_EQUAL(0, ::fcntl(_shared, F_SETLKW, &lock));
    }
    ~WriteLock() { ::close(_shared); }
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

private:
    int _shared;
};

} // namespace central_oauth::test
