// SPDX-License-Identifier: Apache-2.0
// Which held requests are to be answered.
#pragma once

#include "ParkedTable.h"
#include "Readiness.h"

#include <mutex>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// Tokens of held requests whose signal has fired, on their way to the parking thread.
///
/// Outlives the park, for signals that fire late: they are told nothing any more once it is closed.
///
/// Threads: any. Errors: std::bad_alloc from `add`.
class WakeList {
public:
    explicit WakeList(Readiness& parking) : _parking(&parking) {}

    void add(ParkedTable::Token token) {
        const std::lock_guard lock(_mutex);
        if (_parking == nullptr)
            return;
        _woken.push_back(token);
        if (_woken.size() == 1)
            _parking->wake();
    }

    [[nodiscard]] std::vector<ParkedTable::Token> take() {
        const std::lock_guard lock(_mutex);
        return std::exchange(_woken, {});
    }

    void close() {
        const std::lock_guard lock(_mutex);
        _parking = nullptr;
    }

private:
    std::mutex _mutex; ///< guards the members below
    Readiness* _parking;
    std::vector<ParkedTable::Token> _woken;
};

} // namespace central_oauth::http
