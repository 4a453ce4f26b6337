// SPDX-License-Identifier: Apache-2.0
// Ctrl-C of a program that a person runs. One source file per platform.
#pragma once

#include <functional>
#include <memory>

namespace central_oauth::platform {

/// Calls `onInterrupt` at the first Ctrl-C (and TERM, HUP, a closing console), once and on a thread of its
/// own. The second one ends the process as usual. Signals that the process ignores stay ignored.
///
/// At most one exists at a time. It owns a thread until it is destroyed. Errors: std::system_error from the
/// constructor.
class InterruptWatch {
public:
    explicit InterruptWatch(std::function<void()> onInterrupt);
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    ~InterruptWatch();

private:
    struct State;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::platform
