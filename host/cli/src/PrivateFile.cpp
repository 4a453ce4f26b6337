// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): modes of files and folders, replacing a file at once, and a lock.
#include "PrivateFile.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/platform/TrustedFile.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#if defined(_WIN32)
#include <io.h>
#include <sys/locking.h>
#else
#include <sys/file.h>
#include <unistd.h>
#endif

namespace central_oauth::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestFile = 64 * 1024;

Failure fileFailure(const std::string& problem, const fs::path& path, const std::error_code& cause) {
    return Failure(ExitCode::usage, problem + ' ' + shownPath(path) + ": " + printable(cause.message()),
                   "check the folder's permissions and its disk; central-oauth config path names the file");
}

std::error_code lastError() {
    return {errno, std::generic_category()};
}

#if defined(_WIN32)

// The profile's folders are this person's already, by their access lists.
int openToRead(const fs::path& path) {
    return _wopen(path.c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT);
}

int createToWrite(const fs::path& path) {
    return _wopen(path.c_str(), _O_CREAT | _O_EXCL | _O_WRONLY | _O_BINARY | _O_NOINHERIT,
                  _S_IREAD | _S_IWRITE);
}

bool requireOwner(int, const fs::path&) {
    return false;
}

int openLock(const fs::path& folder) {
    return _wopen((folder / "lock").c_str(), _O_CREAT | _O_RDWR | _O_BINARY | _O_NOINHERIT,
                  _S_IREAD | _S_IWRITE);
}

// Retries by itself, ten times within ten seconds.
void lock(int file) {
    _locking(file, _LK_LOCK, 1);
}

long readSome(int file, char* buffer, std::size_t size) {
    return _read(file, buffer, static_cast<unsigned>(size));
}

long writeSome(int file, const char* bytes, std::size_t size) {
    return _write(file, bytes, static_cast<unsigned>(size));
}

bool sync(int file) {
    return _commit(file) == 0;
}

bool closeFile(int file) {
    return _close(file) == 0;
}

void makePrivateFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw fileFailure("can't create", folder, error);
}

#else

int openToRead(const fs::path& path) {
    // Not to hang on a pipe of that name.
    return open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int createToWrite(const fs::path& path) {
    return open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

// The folder itself: a file for the lock would have to stay for ever.
int openLock(const fs::path& folder) {
    return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void lock(int file) {
    while (flock(file, LOCK_EX) != 0 && errno == EINTR) {
    }
}

// Asked of the open file, so that it is the one that is read then. Returns whether others can read it.
bool requireOwner(int file, const fs::path& path) {
    struct stat status {};
    if (fstat(file, &status) != 0)
        throw fileFailure("can't read", path, lastError());
    if (!S_ISREG(status.st_mode))
        throw Failure(ExitCode::usage, shownPath(path) + " is no plain file", "remove it, then try again");
    if (status.st_uid != geteuid() && status.st_uid != 0)
        throw Failure(ExitCode::usage, shownPath(path) + " belongs to another user",
                      "remove it, or have it given to you with chown");
    // Whoever can write it decides which server the key is sent to.
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        throw Failure(ExitCode::usage, "other users of this machine can change " + shownPath(path),
                      "run: chmod 600 " + shellWord(shownPath(path)) + ", and look at what it says");
    return (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

long readSome(int file, char* buffer, std::size_t size) {
    return read(file, buffer, size);
}

long writeSome(int file, const char* bytes, std::size_t size) {
    return write(file, bytes, size);
}

bool sync(int file) {
    return fsync(file) == 0;
}

bool closeFile(int file) {
    return close(file) == 0;
}

void makePrivateFolder(const fs::path& folder) {
    if (folder.empty() || fs::is_directory(folder))
        return;
    makePrivateFolder(folder.parent_path());
    if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        throw fileFailure("can't create", folder, lastError());
}

#endif

// An open file that closes itself.
class File {
public:
    explicit File(int value) noexcept : _value(value) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (_value >= 0)
            closeFile(_value);
    }
    [[nodiscard]] int value() const noexcept { return _value; }
    [[nodiscard]] bool isOpen() const noexcept { return _value >= 0; }
    [[nodiscard]] bool close() noexcept { return closeFile(std::exchange(_value, -1)); }

private:
    int _value;
};

bool writeAll(const fs::path& path, const provider::Secret& content) {
    File file(createToWrite(path));
    std::string_view left = content.reveal();
    while (file.isOpen() && !left.empty()) {
        const long count = writeSome(file.value(), left.data(), left.size());
        if (count < 0 && errno != EINTR)
            return false;
        left.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return file.isOpen() && sync(file.value()) && file.close();
}

// A name of its own for each try, in the same folder: renaming works within one file system only.
fs::path temporaryBeside(const fs::path& path) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string suffix = ".new-";
    for (int i = 0; i < 12; ++i)
        suffix += digits[random() % digits.size()];
    fs::path temporary = path;
    temporary += suffix;
    return temporary;
}

} // namespace

std::vector<std::string> judgeFolders(const fs::path& path) {
    const auto isOfFolder = [](const platform::FileDoubt& doubt) {
        return doubt.fault == platform::FileFault::folderOwnedByOther ||
               doubt.fault == platform::FileFault::folderGroupWrites ||
               doubt.fault == platform::FileFault::folderEverybodyWrites;
    };
    const auto judgement = platform::judge(platform::FileRole::clientSettings, path);
    for (const auto& doubt : judgement.refusals)
        if (isOfFolder(doubt))
            throw Failure(ExitCode::usage, shownPath(path) + ' ' + doubt.problem,
                          doubt.fix + ", and look at what the file says");
    std::vector<std::string> warnings;
    for (const auto& doubt : judgement.warnings)
        if (isOfFolder(doubt))
            warnings.push_back(shownPath(path) + ' ' + doubt.problem + ": " + doubt.fix);
    return warnings;
}

std::optional<OwnFile> readOwnFile(const fs::path& path) {
    const File file(openToRead(path));
    if (!file.isOpen() && (errno == ENOENT || errno == ENOTDIR))
        return std::nullopt;
    if (!file.isOpen())
        throw Failure(ExitCode::usage,
                      "can't read " + shownPath(path) + ": " + printable(lastError().message()),
                      "own the file (chown) and run: chmod 600 " + shellWord(shownPath(path)) +
                          "; or remove it and set it anew with: central-oauth config set");
    const bool isShared = requireOwner(file.value(), path);
    auto warnings = judgeFolders(path);
    std::string content;
    std::array<char, 4096> buffer{};
    while (content.size() <= longestFile) {
        const long count = readSome(file.value(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw fileFailure("can't read", path, lastError());
        if (count == 0)
            return OwnFile{provider::Secret(std::move(content)), isShared, std::move(warnings)};
        content.append(buffer.data(), static_cast<std::size_t>(count));
    }
    throw Failure(ExitCode::usage, shownPath(path) + " is too long for a settings file",
                  "remove it, then set what you need with: central-oauth config set");
}

Failure sharedSecret(const fs::path& path) {
    return Failure(ExitCode::usage, "other users of this machine can read " + shownPath(path),
                   "run: chmod 600 " + shellWord(shownPath(path)) +
                       "; if others may have read it, have the client key replaced");
}

FolderLock::FolderLock(const fs::path& folder) : _file(-1) {
    try {
        makePrivateFolder(folder);
    } catch (const Failure&) {
        return; // then there is no file to change either, and whoever writes one says so
    }
    _file = openLock(folder);
    if (_file >= 0)
        lock(_file);
}

FolderLock::~FolderLock() {
    if (_file >= 0)
        closeFile(_file);
}

void replacePrivateFile(const fs::path& path, const provider::Secret& content) {
    std::error_code error;
    const fs::path target = fs::exists(path, error) ? fs::canonical(path) : path;
    makePrivateFolder(target.parent_path());
    const fs::path temporary = temporaryBeside(target);
    if (!writeAll(temporary, content)) {
        const std::error_code cause = lastError();
        fs::remove(temporary, error);
        throw fileFailure("can't write", path, cause);
    }
    fs::rename(temporary, target, error);
    if (!error)
        return;
    const std::error_code cause = error;
    fs::remove(temporary, error);
    throw fileFailure("can't replace", path, cause);
}

void removePrivateFile(const fs::path& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error)
        throw fileFailure("can't remove", path, error);
}

std::string shownPath(const fs::path& path) {
    const std::u8string text = path.u8string();
    return printable(std::string(text.begin(), text.end()), 1024);
}

} // namespace central_oauth::cli
