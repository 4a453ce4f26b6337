// SPDX-License-Identifier: Apache-2.0
// Executable by /proc (Linux) or dyld (macOS). POSIX.
#include "central_oauth/platform/Executable.h"

#include <system_error>
#ifdef __APPLE__
#include <cstdint>
#include <mach-o/dyld.h>
#include <string>
#endif

namespace central_oauth::platform {

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

} // namespace central_oauth::platform
