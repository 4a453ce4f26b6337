// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/FileLock.h"

#include "central_oauth/platform/Files.h"

#include <thread>
#include <utility>

namespace central_oauth::platform {

FileLock FileLock::ofLockFile(const std::filesystem::path& file) {
    return FileLock(openLockFile(file));
}

bool FileLock::tryAcquire() {
    return lock(false);
}

void FileLock::acquire() {
    static_cast<void>(lock(true));
}

bool FileLock::acquire(std::chrono::milliseconds atMost, const std::function<void()>& onWait) {
    // Neither flock nor LockFileEx supports a timeout.
    constexpr std::chrono::milliseconds retryAfter{20};
    const auto deadline = std::chrono::steady_clock::now() + atMost;
    for (bool waits = false; !tryAcquire();) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        if (onWait && !std::exchange(waits, true))
            onWait();
        std::this_thread::sleep_for(retryAfter);
    }
    return true;
}

} // namespace central_oauth::platform
