// SPDX-License-Identifier: Apache-2.0
#include "DatabaseLock.h"

#include "PlatformFiles.h"
#include "central_oauth/store/SqliteStore.h"

#include <thread>
#include <utility>

namespace central_oauth::store {

namespace {

// Neither flock nor LockFileEx can wait with a limit.
constexpr std::chrono::milliseconds retryAfter{50};

} // namespace

DatabaseLock::DatabaseLock(const std::filesystem::path& lockFile, std::chrono::seconds wait,
                           const std::function<void()>& onWait)
    : _handle(openFile(lockFile)) {
    try {
        bool waits = false;
        const auto deadline = std::chrono::steady_clock::now() + wait;
        while (!tryLock(_handle)) {
            if (std::chrono::steady_clock::now() >= deadline)
                throw StoreError(StoreFault::locked, "another process has the database: it holds " +
                                                         platform::utf8Of(lockFile) + " (waited " +
                                                         std::to_string(wait.count()) + " s).");
            if (onWait && !std::exchange(waits, true))
                onWait();
            std::this_thread::sleep_for(retryAfter);
        }
    } catch (...) {
        closeFile(_handle);
        throw;
    }
}

DatabaseLock::~DatabaseLock() {
    closeFile(_handle);
}

} // namespace central_oauth::store
