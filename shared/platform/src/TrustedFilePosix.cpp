// SPDX-License-Identifier: Apache-2.0
// Walks from the root to the file and opens each part relative to the previous one. POSIX: openat, fstatat,
// readlinkat.
#include "FileDoubts.h"
#include "central_oauth/platform/TrustedFile.h"

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace central_oauth::platform {

namespace {

namespace fs = std::filesystem;

// A folder may be searchable but not readable.
#if defined(O_PATH)
constexpr int passing = O_PATH | O_CLOEXEC | O_DIRECTORY;
#elif defined(O_SEARCH)
constexpr int passing = O_SEARCH | O_CLOEXEC | O_DIRECTORY;
#else
constexpr int passing = O_RDONLY | O_CLOEXEC | O_DIRECTORY;
#endif

// O_NONBLOCK: if the file has become a pipe meanwhile, the start must not block.
constexpr int opening = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

constexpr int mostLinks = 40; // as Linux

bool isTrusted(uid_t owner) noexcept {
    return owner == 0 || owner == ::geteuid();
}

std::string reasonOf(int code) {
    return std::generic_category().message(code);
}

FileFault faultOf(int code) noexcept {
    if (code == ENOENT || code == ENOTDIR)
        return FileFault::missing;
    return code == ELOOP ? FileFault::changed : FileFault::unreadable;
}

class Walk {
public:
    Walk(FileRole role, const fs::path& path, Judgement& judgement)
        : _role(role), _path(path), _doubts(role, judgement), _folder(-1, {}) {}

    /// Returns nullopt if the file is refused or should not be opened.
    std::optional<OpenFile> run(std::optional<FileAccess> access) {
        std::error_code failed;
        const fs::path whole = fs::absolute(_path, failed);
        push(failed ? _path : whole);
        if (!enterRoot())
            return std::nullopt;
        while (!_left.empty()) {
            const std::string name = std::move(_left.front());
            _left.pop_front();
            struct stat status {};
            if (!look(name, status, access == FileAccess::append))
                return std::nullopt;
            const bool isLink = S_ISLNK(status.st_mode);
            if (_left.empty() && isLink && !followsLink(_role)) {
                _doubts.add(FileFault::symbolicLink, _path);
                return std::nullopt;
            }
            if (_left.empty() && !isLink && !isFolder(_role))
                return finish(name, status, access);
            if (!(isLink ? follow(name, status) : step(name, status)))
                return std::nullopt;
        }
        if (isFolder(_role))
            judgeItself(_status);
        else
            _doubts.add(FileFault::wrongKind, _path);
        return std::nullopt;
    }

private:
    // Puts the parts of a path before the remaining ones. Skips parts that change nothing.
    void push(const fs::path& path) {
        std::deque<std::string> names;
        for (const auto& name : path.relative_path()) {
            if (!name.empty() && name != ".")
                names.push_back(name.string());
        }
        _left.insert(_left.begin(), names.begin(), names.end());
    }

    bool enterRoot() {
        _real = "/";
        return enter(::open("/", passing));
    }

    // Makes an open folder the present one.
    bool enter(int descriptor) {
        const int code = errno;
        if (descriptor < 0) {
            _doubts.add(faultOf(code), _real, reasonOf(code));
            return false;
        }
        _folder = OpenFile(descriptor, _real);
        if (::fstat(descriptor, &_status) != 0) {
            _doubts.add(FileFault::unreadable, _real, reasonOf(errno));
            return false;
        }
        // The role may be about the last folder, which is then judged as such.
        if (!(isFolder(_role) && _left.empty()))
            judgeFolder();
        return true;
    }

    void judgeFolder() {
        if (!isTrusted(_status.st_uid))
            _doubts.add(FileFault::folderOwnedByOther, _real);
        if ((_status.st_mode & S_ISVTX) != 0)
            return;
        if ((_status.st_mode & S_IWOTH) != 0)
            _doubts.add(FileFault::folderEverybodyWrites, _real);
        else if ((_status.st_mode & S_IWGRP) != 0)
            _doubts.add(FileFault::folderGroupWrites, _real);
    }

    void judgeItself(const struct stat& status) {
        if (!isTrusted(status.st_uid))
            _doubts.add(FileFault::ownedByOther, _path);
        // The sticky bit does not help a folder that is judged itself: other users may add files.
        if ((status.st_mode & S_IWOTH) != 0)
            _doubts.add(FileFault::everybodyWrites, _path);
        else if ((status.st_mode & S_IWGRP) != 0)
            _doubts.add(FileFault::groupWrites, _path);
        if (!isFolder(_role) && (status.st_mode & S_IROTH) != 0)
            _doubts.add(FileFault::everybodyReads, _path);
    }

    // Looks up a name in the present folder. All zeros mean that the file is missing and will be created.
    // Returns false if the walk must stop.
    bool look(const std::string& name, struct stat& status, bool creates) {
        if (::fstatat(static_cast<int>(_folder.handle()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
            return true;
        const int code = errno;
        status = {};
        if (creates && code == ENOENT && _left.empty())
            return true;
        _doubts.add(faultOf(code), _real / name, reasonOf(code));
        return false;
    }

    // Proceeds by one folder.
    bool step(const std::string& name, const struct stat& status) {
        if (!S_ISDIR(status.st_mode)) {
            const bool isLast = isFolder(_role) && _left.empty();
            _doubts.add(isLast ? FileFault::wrongKind : FileFault::missing, _real / name, reasonOf(ENOTDIR));
            return false;
        }
        const int next = ::openat(static_cast<int>(_folder.handle()), name.c_str(), passing | O_NOFOLLOW);
        const int code = errno;
        _real = name == ".." ? _real.parent_path() : _real / name;
        errno = code;
        return enter(next);
    }

    // A link's owner matters only in a folder with the sticky bit: elsewhere, a user without write access
    // can't replace the link.
    bool follow(const std::string& name, const struct stat& link) {
        if ((_status.st_mode & S_ISVTX) != 0 && !isTrusted(link.st_uid))
            _doubts.add(FileFault::folderOwnedByOther, _real / name);
        if (++_links > mostLinks) {
            _doubts.add(FileFault::unreadable, _path, reasonOf(ELOOP));
            return false;
        }
        std::array<char, PATH_MAX> buffer{};
        const auto size =
            ::readlinkat(static_cast<int>(_folder.handle()), name.c_str(), buffer.data(), buffer.size());
        if (size <= 0) {
            const int code = errno;
            // It was a link a moment ago.
            _doubts.add(code == EINVAL ? FileFault::changed : faultOf(code), _real / name, reasonOf(code));
            return false;
        }
        const fs::path target(std::string(buffer.data(), static_cast<std::size_t>(size)));
        push(target);
        return target.is_relative() || enterRoot();
    }

    std::optional<OpenFile> finish(const std::string& name, const struct stat& status,
                                   std::optional<FileAccess> access) {
        const bool isThere = status.st_mode != 0;
        if (isThere && !S_ISREG(status.st_mode)) {
            _doubts.add(FileFault::wrongKind, _path);
            return std::nullopt;
        }
        if (!access) {
            judgeItself(status);
            return std::nullopt;
        }
        const int flags = *access == FileAccess::append ? O_WRONLY | O_APPEND | O_CREAT : O_RDONLY;
        const int folder = static_cast<int>(_folder.handle());
        return judgeOpen(::openat(folder, name.c_str(), opening | flags, S_IRUSR | S_IWUSR), name);
    }

    std::optional<OpenFile> judgeOpen(int descriptor, const std::string& name) {
        const int code = errno;
        if (descriptor < 0) {
            _doubts.add(faultOf(code), _path, reasonOf(code));
            return std::nullopt;
        }
        OpenFile file(descriptor, _real / name);
        struct stat status {};
        if (::fstat(descriptor, &status) != 0) {
            _doubts.add(FileFault::unreadable, _path, reasonOf(errno));
            return std::nullopt;
        }
        if (!S_ISREG(status.st_mode))
            _doubts.add(FileFault::wrongKind, _path);
        else if (static_cast<std::uint64_t>(status.st_size) > largestOf(_role))
            _doubts.add(FileFault::tooLarge, _path);
        judgeItself(status);
        return file;
    }

    FileRole _role;
    const fs::path& _path;
    FileDoubts _doubts;
    OpenFile _folder;       ///< the present folder
    struct stat _status {}; ///< of _folder
    fs::path _real;         ///< path of _folder, without links
    std::deque<std::string> _left;
    int _links = 0;
};

} // namespace

OpenedFile openTrusted(FileRole role, const fs::path& path, FileAccess access) {
    OpenedFile result;
    auto file = Walk(role, path, result).run(access);
    if (!result.refused())
        result.file = std::move(file);
    return result;
}

Judgement judge(FileRole role, const fs::path& path) {
    Judgement result;
    static_cast<void>(Walk(role, path, result).run(std::nullopt));
    return result;
}

} // namespace central_oauth::platform
