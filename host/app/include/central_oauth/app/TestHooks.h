// SPDX-License-Identifier: Apache-2.0
// What only a program that is linked with central_oauth_test_hooks has: a clock that tests can move, a route
// that echoes, the table of routes in a file, and a crash at a commit. Others link
// central_oauth_no_test_hooks.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/http/Router.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace central_oauth::app {

/// How often grants without a reader are looked after.
inline constexpr std::chrono::milliseconds grantsKeptEvery{15'000};

/// Returns the clock of the whole process: the system's, or with test hooks one that adds the
/// seconds in the file that the test-clock variable names. Call once, at the start.
[[nodiscard]] std::unique_ptr<base::Clock> makeClock();

/// Does nothing without test hooks. Call it after all other routes are added. If the test-routes
/// variable names a file, writes these other routes to it, one a line: method, pattern, and the names of the
/// query parameters, or "*" if upstream writes the query. If the test-echo variable is set, adds routes at
/// "/" that answer POST, PUT and PATCH with the request's body, so that a test sees where a body begins and
/// ends.
void addTestRoutes(http::Router& router);

/// Returns the function that the store calls at each commit; empty except with test hooks where the
/// test-kill variable names a file. The function ends the process immediately if the file says "before" or
/// "after" and the action of an audit entry in the transaction, or "*" for any.
[[nodiscard]] std::function<void(const domain::Committed&, bool isDurable)> commitHook();

/// Returns whether refreshes are kept in a journal: always, except with test hooks where the
/// test-no-journal variable is set.
[[nodiscard]] bool keepsRefreshJournal();

/// Returns how often grants without a reader are looked after: `grantsKeptEvery`, except with test hooks
/// where the test-keep-grants variable is set to a number of milliseconds.
[[nodiscard]] std::chrono::milliseconds grantKeepingInterval();

/// Returns whether this program has the hooks.
[[nodiscard]] bool hasTestHooks() noexcept;

} // namespace central_oauth::app
