// SPDX-License-Identifier: Apache-2.0
// What an operator installs: no hook can be reached.
#include "central_oauth/app/TestHooks.h"

namespace central_oauth::app {

std::unique_ptr<base::Clock> makeClock() {
    return std::make_unique<base::SystemClock>();
}

void addTestRoutes(http::Router&) {}

std::function<void(const domain::Committed&, bool isDurable)> commitHook() {
    return {};
}

bool keepsRefreshJournal() {
    return true;
}

std::chrono::milliseconds grantKeepingInterval() {
    return grantsKeptEvery;
}

bool hasTestHooks() noexcept {
    return false;
}

} // namespace central_oauth::app
