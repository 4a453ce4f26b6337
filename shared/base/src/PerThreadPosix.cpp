// SPDX-License-Identifier: Apache-2.0
// PerThread by thread_local. POSIX.
#include "central_oauth/base/PerThread.h"

#include <exception>
#include <utility>
#include <vector>

namespace central_oauth::base {

namespace {

struct Registered {
    void** slot;
    void (*destroy)(void*);
};

thread_local bool isEnding = false; // outlives the list: other objects of the thread may end after it

struct ThreadObjects {
    ThreadObjects() = default;
    ThreadObjects(const ThreadObjects&) = delete;
    ThreadObjects& operator=(const ThreadObjects&) = delete;
    ~ThreadObjects() {
        isEnding = true;
        for (; !all.empty(); all.pop_back())
            all.back().destroy(std::exchange(*all.back().slot, nullptr));
    }

    std::vector<Registered> all;
};

} // namespace

bool destroyAtThreadEnd(void** slot, void (*destroy)(void*)) noexcept {
    if (isEnding)
        return false;
    try {
        thread_local ThreadObjects objects;
        objects.all.push_back({slot, destroy});
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace central_oauth::base
