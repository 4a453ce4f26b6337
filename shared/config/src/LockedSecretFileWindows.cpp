// SPDX-License-Identifier: Apache-2.0
// An exclusive open of a lock file beside the file, and replacing the file at once. Windows. An open handle
// of the file itself would keep it from being replaced. The lock file is empty and stays. Access lists are
// those of the folder.
#include "LockedSecretFile.h"

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <io.h>
#include <system_error>
#include <thread>
#include <windows.h>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause{20};

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
    throw KeyRingError(
        KeyRingError::Kind::file,
        "the key file " + path.string() + ' ' + what + ": " +
            std::error_code(static_cast<int>(GetLastError()), std::system_category()).message());
}

// Shares the lock file with nobody, and gives the handle no child process.
HANDLE waitForLock(const fs::path& lock, const fs::path& path) {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const HANDLE handle = CreateFileW(lock.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_ALWAYS,
                                          FILE_ATTRIBUTE_NORMAL, nullptr);
        if (handle != INVALID_HANDLE_VALUE)
            return handle;
        if (GetLastError() != ERROR_SHARING_VIOLATION)
            fail(path, "can't be locked");
        if (std::chrono::steady_clock::now() >= end)
            throw KeyRingError(KeyRingError::Kind::busy, "another process is changing the key file " +
                                                             path.string() + "; run the command again.");
        std::this_thread::sleep_for(pause);
    }
}

} // namespace

LockedSecretFile::LockedSecretFile(const fs::path& path) {
    std::error_code error;
    _path = fs::canonical(path, error);
    if (error)
        fail(path, "can't be opened");
    _next = _path.parent_path() / (_path.filename().wstring() + L".next");
    open();
}

LockedSecretFile::~LockedSecretFile() {
    std::error_code ignored;
    if (_isPrepared)
        fs::remove(_next, ignored);
    if (_file >= 0)
        _close(_file);
}

void LockedSecretFile::open() {
    std::error_code error;
    if (!fs::is_regular_file(_path, error))
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + _path.string() + " is not a regular file.");
    const HANDLE lock = waitForLock(_path.parent_path() / (_path.filename().wstring() + L".lock"), _path);
    _file = _open_osfhandle(reinterpret_cast<intptr_t>(lock), _O_RDWR | _O_NOINHERIT);
    if (_file < 0) {
        CloseHandle(lock);
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + _path.string() + " can't be locked: too many files are open");
    }
}

provider::Secret LockedSecretFile::read() const {
    std::ifstream file(_path, std::ios::binary);
    std::string buffer(largest + 1, '\0');
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.resize(static_cast<std::size_t>(file.gcount()));
    return provider::Secret(std::move(buffer));
}

bool LockedSecretFile::hidesFromOthers() const {
    return false;
}

void LockedSecretFile::prepare(const provider::Secret& content) {
    std::error_code error;
    fs::remove(_next, error); // CREATE_NEW says whether it is gone
    const HANDLE next =
        CreateFileW(_next.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (next == INVALID_HANDLE_VALUE)
        fail(_path, "can't be changed");
    _isPrepared = true;
    DWORD count = 0;
    const bool isWritten =
        WriteFile(next, content.reveal().data(), static_cast<DWORD>(content.size()), &count, nullptr) != 0 &&
        count == content.size() && FlushFileBuffers(next) != 0;
    CloseHandle(next);
    if (!isWritten)
        fail(_path, "can't be changed");
}

void LockedSecretFile::commit() {
    if (MoveFileExW(_next.c_str(), _path.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0)
        fail(_path, "can't be replaced");
    _isPrepared = false;
}

} // namespace central_oauth::config
