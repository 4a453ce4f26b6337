// SPDX-License-Identifier: Apache-2.0
// Files by open(2), fsync(2), mkdir(2), access(2) and, on Linux, statfs(2). POSIX.
#include "Handle.h"
#include "central_oauth/platform/Files.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

constexpr mode_t ownersOnly = S_IRUSR | S_IWUSR;

OpenFile open(const char* problem, const fs::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, ownersOnly);
    if (descriptor < 0)
        throw FileError(problem, path, lastError());
    return {descriptor, path};
}

// A link would create a file at its target, and a pipe would block the start.
OpenFile openRegular(const std::string& name, const fs::path& path, int flags) {
    constexpr int careful = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    const int descriptor = ::open(path.c_str(), careful | flags, ownersOnly);
    if (descriptor < 0) {
        const auto reason = lastError();
        throw FileError("can't open " + name, path, reason,
                        reason == std::errc::too_many_symbolic_link_levels ? ", which is a symbolic link"
                                                                           : "");
    }
    OpenFile file(descriptor, path);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        throw FileError(name, path, std::make_error_code(std::errc::invalid_argument),
                        " is not a regular file");
    return file;
}

} // namespace

void makePrivateDirectory(const fs::path& directory, Durability durability) {
    if (directory.empty() || fs::is_directory(directory))
        return;
    const fs::path parent = directory.has_parent_path() ? directory.parent_path() : ".";
    makePrivateDirectory(parent, durability);
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        throw FileError("can't create the directory", directory, lastError());
    if (durability == Durability::synced)
        syncDirectory(parent);
}

OpenFile createPrivateFile(const fs::path& file) {
    return open("can't create", file, O_CREAT | O_EXCL | O_RDWR);
}

OpenFile openRegularFile(const fs::path& file) {
    return openRegular("the file", file, O_RDONLY);
}

OpenFile openLockFile(const fs::path& file) {
    return openRegular("the lock file", file, O_CREAT | O_RDWR);
}

bool restrictToOwner(const fs::path& file) {
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    const auto status = fs::status(file);
    if (!fs::exists(status) || (status.permissions() & others) == fs::perms::none)
        return false;
    std::error_code failed;
    fs::permissions(file, others, fs::perm_options::remove, failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
        throw FileError("can't remove other users' access to", file, failed);
    return !failed;
}

void syncFile(const fs::path& file) {
    open("can't sync", file, O_RDONLY).sync();
}

void syncDirectory(const fs::path& directory) {
    open("can't sync", directory, O_RDONLY | O_DIRECTORY).sync();
}

void replaceFile(const fs::path& next, const fs::path& file) {
    if (std::rename(next.c_str(), file.c_str()) != 0)
        throw FileError("can't replace", file, lastError());
}

bool isWritable(const fs::path& path) {
    std::error_code ignored;
    return ::access(path.c_str(), fs::is_directory(path, ignored) ? W_OK | X_OK : W_OK) == 0;
}

std::optional<FileIdentity> findFileIdentity(const fs::path& file) noexcept {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0)
        return std::nullopt;
    return FileIdentity{found.st_dev, found.st_ino, static_cast<std::uintmax_t>(found.st_size)};
}

std::string_view networkFileSystem(const fs::path& path) {
#ifdef __linux__
    struct statfs volume {};
    if (::statfs(path.c_str(), &volume) == 0)
        return networkFileSystemName(static_cast<unsigned long>(volume.f_type) & 0xFFFFFFFFUL);
#else
    static_cast<void>(path);
#endif
    return {};
}

} // namespace central_oauth::platform
