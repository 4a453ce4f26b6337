// SPDX-License-Identifier: Apache-2.0
// The held requests that must be answered.
#pragma once

#include "ConnectionTable.h"
#include "Readiness.h"

#include <mutex>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// Tokens of held requests whose event has fired, for the reactor thread.
///
/// Outlives the reactor, because events may fire late; once closed, it ignores them.
///
/// Thread-safe. Errors: std::bad_alloc from `add`.
class WakeList {
public:
    explicit WakeList(Readiness& readiness) : _readiness(&readiness) {}

    void add(ConnectionTable::Token token) {
        const std::lock_guard lock(_mutex);
        if (_readiness == nullptr)
            return;
        _woken.push_back(token);
        if (_woken.size() == 1)
            _readiness->wake();
    }

    [[nodiscard]] std::vector<ConnectionTable::Token> take() {
        const std::lock_guard lock(_mutex);
        return std::exchange(_woken, {});
    }

    void close() {
        const std::lock_guard lock(_mutex);
        _readiness = nullptr;
    }

private:
    std::mutex _mutex; ///< guards the members below
    Readiness* _readiness;
    std::vector<ConnectionTable::Token> _woken;
};

} // namespace central_oauth::http
