// SPDX-License-Identifier: Apache-2.0
// An exclusive open of the file beside it as the lock, and replacing the file at once. Windows. Access lists
// are those of the folder.
#include "LockedSecretFile.h"

#include <fstream>
#include <system_error>
#include <windows.h>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
    throw KeyRingError(
        KeyRingError::Kind::file,
        "the key file " + path.string() + ' ' + what + ": " +
            std::error_code(static_cast<int>(GetLastError()), std::system_category()).message());
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
}

void LockedSecretFile::open() {
    if (!fs::is_regular_file(_path))
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + _path.string() + " is not a regular file.");
}

provider::Secret LockedSecretFile::read() const {
    std::ifstream file(_path, std::ios::binary);
    std::string buffer(largest + 1, '\0');
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.resize(static_cast<std::size_t>(file.gcount()));
    return provider::Secret(std::move(buffer));
}

// CREATE_NEW lets one process at a time through.
void LockedSecretFile::prepare(const provider::Secret& content) {
    const HANDLE next =
        CreateFileW(_next.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (next == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_EXISTS)
        throw KeyRingError(KeyRingError::Kind::busy, "another process is changing the key file " +
                                                         _path.string() + ", or crashed: remove " +
                                                         _next.string() + " and run the command again.");
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
