// SPDX-License-Identifier: Apache-2.0
// Ctrl-C in an interactive program. One source file per platform.
#pragma once

#include <functional>
#include <memory>

namespace central_oauth::platform {

/// Calls `onInterrupt` at the first Ctrl-C (also TERM, HUP or a closing console), once and on a thread of its
/// own. The second one ends the process as usual. Signals that the process ignores stay ignored.
///
/// Only one may exist at a time. Owns its thread. Errors: std::system_error from the constructor.
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
