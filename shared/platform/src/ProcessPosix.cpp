// SPDX-License-Identifier: Apache-2.0
// Process by getrlimit(2) and _exit(2), and by /proc (Linux) or dyld (macOS). POSIX.
#include "central_oauth/platform/Process.h"

#include <limits>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#ifdef __APPLE__
#include <cstdint>
#include <mach-o/dyld.h>
#include <string>
#endif

namespace central_oauth::platform {

std::vector<std::string> argumentsOf(int count, char** words) {
    return {words + (count > 0 ? 1 : 0), words + count};
}

std::filesystem::path executableFolder() {
    std::error_code failed;
#ifdef __APPLE__
    std::uint32_t size = 0;
    _NSGetExecutablePath(nullptr, &size);
    std::string path(size, '\0');
    if (_NSGetExecutablePath(path.data(), &size) != 0)
        return {};
    const auto file = std::filesystem::canonical(path.c_str(), failed);
#else
    const auto file = std::filesystem::read_symlink("/proc/self/exe", failed);
#endif
    return failed ? std::filesystem::path() : file.parent_path();
}

std::optional<std::filesystem::path> serviceDataFolder() {
    return std::nullopt;
}

const char* settingsVariable() noexcept {
    return nullptr;
}

void raiseFileLimit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t openFileLimit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<std::size_t>::max();
    return limit.rlim_cur;
}

void exitImmediately(int exitCode) noexcept {
    _exit(exitCode);
}

} // namespace central_oauth::platform
