// SPDX-License-Identifier: Apache-2.0
// What only a build with CENTRAL_OAUTH_TEST_HOOKS has: a clock that tests can move, a route that echoes, the
// table of routes in a file, and a crash at a commit.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/http/Router.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace central_oauth::app {

/// Returns the clock of the whole process: the system's, or in a build with test hooks one that adds the
/// seconds in the file that the test-clock variable names. Call once, at the start.
[[nodiscard]] std::unique_ptr<base::Clock> makeClock();

/// Does nothing in a build without test hooks. Call it after all other routes are added. If the test-routes
/// variable names a file, writes these other routes to it, one a line: method, pattern, and the names of the
/// query parameters, or "*" if upstream writes the query. If the test-echo variable is set, adds routes at
/// "/" that answer POST, PUT and PATCH with the request's body, so that a test sees where a body begins and
/// ends.
void addTestRoutes(http::Router& router);

/// Returns the function that the store calls at each commit; empty except in a build with test hooks whose
/// test-kill variable names a file. The function ends the process immediately if the file says "before" or
/// "after" and the action of an audit entry in the transaction, or "*" for any.
[[nodiscard]] std::function<void(const domain::Committed&, bool isDurable)> commitHook();

/// Returns whether refreshes are kept in a journal: always, except in a build with test hooks whose
/// test-no-journal variable is set.
[[nodiscard]] bool keepsRefreshJournal();

/// Returns how often grants without a reader are looked after: every 15 seconds, except in a build with test
/// hooks whose test-keep-grants variable is set to a number of milliseconds.
[[nodiscard]] std::chrono::milliseconds grantKeepingInterval();

/// Returns whether this build has the hooks.
[[nodiscard]] constexpr bool hasTestHooks() noexcept {
#if defined(CENTRAL_OAUTH_TEST_HOOKS)
    return true;
#else
    return false;
#endif
}

} // namespace central_oauth::app
