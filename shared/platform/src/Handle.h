// SPDX-License-Identifier: Apache-2.0
// Descriptors (POSIX) and HANDLEs (Windows) as one integer type for headers.
#pragma once

#include <cstdint>
#include <system_error>

#ifdef _WIN32
#include <windows.h>
#else
#include <cerrno>
#include <unistd.h>
#endif

namespace central_oauth::platform {

constexpr std::intptr_t noHandle = -1; // also INVALID_HANDLE_VALUE

#ifdef _WIN32

[[nodiscard]] inline HANDLE systemHandle(std::intptr_t handle) noexcept {
    return reinterpret_cast<HANDLE>(handle);
}

[[nodiscard]] inline std::error_code lastError() noexcept {
    return {static_cast<int>(::GetLastError()), std::system_category()};
}

[[nodiscard]] inline bool closeHandle(std::intptr_t handle) noexcept {
    return ::CloseHandle(systemHandle(handle)) != 0;
}

#else

[[nodiscard]] inline int systemHandle(std::intptr_t handle) noexcept {
    return static_cast<int>(handle);
}

[[nodiscard]] inline std::error_code lastError() noexcept {
    return {errno, std::generic_category()};
}

[[nodiscard]] inline bool closeHandle(std::intptr_t handle) noexcept {
    return ::close(systemHandle(handle)) == 0;
}

#endif

} // namespace central_oauth::platform
