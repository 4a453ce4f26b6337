// SPDX-License-Identifier: Apache-2.0
// What only a build with CENTRAL_OAUTH_TEST_HOOKS has: a clock that tests can move, a route that echoes, the
// table of routes in a file, and a crash at a commit.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/http/Router.h"

#include <functional>
#include <memory>
#include <string>

namespace central_oauth::app {

/// The clock that the whole process uses: the system's, or in a build with test hooks one that adds the
/// seconds in the file that the test-clock variable names. Call once at start.
[[nodiscard]] std::unique_ptr<base::Clock> makeClock();

/// Call last. Adds nothing, or in a build with test hooks, if the test-echo variable is set, routes at "/"
/// that answer POST, PUT, PATCH and DELETE with the request's own body: what a test sees of where a body
/// begins and ends. If the test-routes variable names a file, it gets all routes but those, one a line:
/// method, pattern, and the names of its query parameters, "*" where upstream writes the query.
void addTestRoutes(http::Router& router);

/// What the store calls at each commit: nothing, or in a build with test hooks, if the test-kill variable
/// names a file, a function that ends the process at once where the file says "before" or "after" and the
/// action of an audit entry in the transaction.
[[nodiscard]] std::function<void(const domain::Committed&, bool isDurable)> commitHook();

/// Whether this build has the hooks.
[[nodiscard]] constexpr bool hasTestHooks() noexcept {
#if defined(CENTRAL_OAUTH_TEST_HOOKS)
    return true;
#else
    return false;
#endif
}

} // namespace central_oauth::app
