// SPDX-License-Identifier: Apache-2.0
#include "LockedSecretFile.h"

#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/FileReplacement.h"
#include "central_oauth/platform/Files.h"

#include <chrono>
#include <system_error>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patience{10};

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::error_code& reason) {
    throw KeyRingError(KeyRingError::Kind::file,
                       "the key file " + base::pathText(path) + ' ' + what + ": " + reason.message());
}

// Runs a step; if it fails, the error says what that means for the file.
template <class Step>
auto attempt(const fs::path& path, const char* what, Step step) {
    try {
        return step();
    } catch (const platform::FileError& failure) {
        fail(path, what, failure.code());
    }
}

} // namespace

LockedSecretFile::LockedSecretFile(const fs::path& path) {
    std::error_code error;
    _path = fs::canonical(path, error);
    if (error)
        fail(path, "can't be opened", error);
    if (!fs::is_regular_file(_path, error))
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + base::pathText(_path) + " is not a regular file.");
    open();
}

// After a wait, the lock may belong to a file that was replaced meanwhile; then locks the new one.
void LockedSecretFile::open() {
    do {
        _lock = attempt(_path, "can't be opened", [&] { return platform::FileLock::ofReplacedFile(_path); });
        if (!attempt(_path, "can't be locked", [&] { return _lock->acquire(patience); }))
            throw KeyRingError(KeyRingError::Kind::busy, "another process is changing the key file " +
                                                             base::pathText(_path) +
                                                             "; run the command again.");
        _file = attempt(_path, "can't be opened", [&] { return platform::openRegularFile(_path); });
    } while (!attempt(_path, "can't be read", [&] { return _lock->isOf(*_file); }));
}

provider::Secret LockedSecretFile::read() const {
    return attempt(_path, "can't be read", [&] { return _file->readWhole(largest); });
}

bool LockedSecretFile::hidesFromOthers() const {
    return attempt(_path, "can't be read", [&] { return _file->losesReaders(); });
}

void LockedSecretFile::replace(const provider::Secret& content) {
    // A temporary file of a crashed run is removed, never read.
    const fs::path beside =
        _path.parent_path() / base::pathOf('.' + base::pathText(_path.filename()) + ".next");
    std::error_code error;
    if (fs::is_directory(fs::symlink_status(beside, error)))
        error = std::make_error_code(std::errc::is_a_directory);
    else
        fs::remove(beside, error);
    if (error)
        fail(_path, "can't be changed, because " + base::pathText(beside) + " can't be removed", error);
    std::optional<platform::FileReplacement> next;
    attempt(_path, "can't be changed", [&] {
        next.emplace(_path, beside);
        next->write(content, &*_file);
    });
    _file.reset(); // Windows does not replace an open file
    attempt(_path, "can't be replaced", [&] { next->commit(); });
    attempt(_path, "has the new key, but its folder could not be written to the disk",
            [&] { platform::syncDirectory(_path.parent_path()); });
}

} // namespace central_oauth::config
