// SPDX-License-Identifier: Apache-2.0
// PlatformFiles by POSIX calls (open, fsync, mkdir, access) and, on Linux, statfs.
#include "PlatformFiles.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

namespace central_oauth::store::platform {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
    throw std::system_error(errno, std::generic_category(), what + " " + utf8Of(path));
}

// A descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value) noexcept : _value(value) {}
    ~Descriptor() {
        if (_value >= 0)
            ::close(_value);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int value() const noexcept { return _value; }
    [[nodiscard]] bool open() const noexcept { return _value >= 0; }

private:
    int _value;
};

void sync(const fs::path& path, int flags) {
    const Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC));
    if (!descriptor.open() || ::fsync(descriptor.value()) != 0)
        fail("can't sync", path);
}

fs::path parentOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

} // namespace

void makePrivateDirectory(const fs::path& directory) {
    if (directory.empty() || fs::is_directory(directory))
        return;
    makePrivateDirectory(parentOf(directory));
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        fail("can't create the directory", directory);
    syncDirectory(parentOf(directory));
}

bool makePrivateFile(const fs::path& file) {
    const Descriptor descriptor(
        ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!descriptor.open()) {
        if (errno == EEXIST)
            return false;
        fail("can't create", file);
    }
    if (::fsync(descriptor.value()) != 0)
        fail("can't sync", file);
    syncDirectory(parentOf(file));
    return true;
}

bool restrictToOwner(const fs::path& file) {
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    if ((fs::status(file).permissions() & others) == fs::perms::none)
        return false;
    fs::permissions(file, others, fs::perm_options::remove);
    return true;
}

void syncFile(const fs::path& file) {
    sync(file, O_RDONLY);
}

void syncDirectory(const fs::path& directory) {
    sync(directory, O_RDONLY | O_DIRECTORY);
}

bool isWritableDirectory(const fs::path& directory) {
    return fs::is_directory(directory) && ::access(directory.c_str(), W_OK | X_OK) == 0;
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

std::string_view networkFileSystemName(unsigned long magic) noexcept {
    struct Kind {
        unsigned long magic;
        std::string_view name;
    };
    // From linux/magic.h and the file systems' own sources.
    constexpr std::array kinds{
        Kind{0x6969, "NFS"},      Kind{0x517B, "SMB"},        Kind{0xFF534D42, "SMB (CIFS)"},
        Kind{0xFE534D42, "SMB2"}, Kind{0x5346414F, "AFS"},    Kind{0x00C36400, "Ceph"},
        Kind{0x73757245, "Coda"}, Kind{0x0BD00BD0, "Lustre"},
    };
    for (const Kind& kind : kinds)
        if (kind.magic == magic)
            return kind.name;
    return {};
}

} // namespace central_oauth::store::platform
