// SPDX-License-Identifier: Apache-2.0
// Owner and mode bits; POSIX calls, compiled everywhere but on Windows.
#include "PathTrust.h"

#include <sys/stat.h>
#include <unistd.h>

namespace central_oauth::loader {

std::optional<std::string> distrustOf(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return "can't be examined; check the permissions of the directories above it";
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
        return "belongs to another user; give it to root (chown root)";
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "can be written by others; take that from them (chmod go-w)";
    return std::nullopt;
}

} // namespace central_oauth::loader
