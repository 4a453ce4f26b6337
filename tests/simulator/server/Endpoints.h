// SPDX-License-Identifier: Apache-2.0
// Atlassian's routes: name, host, and the function that answers.
#pragma once

#include "server/Call.h"
#include "server/SimState.h"

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::simulator {

/// A route of the simulated servers. `path` ending in "/" matches every path below it. An empty method
/// matches any. The handler runs with the state's mutex held.
struct Route {
    std::string_view name;
    std::string_view host; ///< "auth", "api", or "sim" for pages that no fault touches
    std::string_view method;
    std::string_view path;
    Reply (*handle)(SimState& state, const Call& call);
};

/// All routes outside /_sim. Further products add theirs here.
[[nodiscard]] const std::vector<Route>& atlassianRoutes();

/// Returns the person who is signed in at an authorize request: a handle or account id.
[[nodiscard]] std::string loggedInUser(const SimState& state, const Call& call);

struct ClientCredentials {
    std::string id;
    std::string secret;
};

/// Returns the client of a token or revoke request: from the body or from HTTP Basic.
[[nodiscard]] ClientCredentials readClient(const Call& call);

[[nodiscard]] Reply answerStart(SimState& state, const Call& call);
[[nodiscard]] Reply answerAuthorize(SimState& state, const Call& call);
[[nodiscard]] Reply answerConsent(SimState& state, const Call& call);
[[nodiscard]] Reply answerErrorPage(SimState& state, const Call& call);
[[nodiscard]] Reply answerToken(SimState& state, const Call& call);
[[nodiscard]] Reply answerRevoke(SimState& state, const Call& call);
[[nodiscard]] Reply answerResources(SimState& state, const Call& call);
[[nodiscard]] Reply answerMe(SimState& state, const Call& call);
[[nodiscard]] Reply answerProduct(SimState& state, const Call& call);
[[nodiscard]] Reply answerDiscovery(SimState& state, const Call& call);
[[nodiscard]] Reply answerKeys(SimState& state, const Call& call);

} // namespace central_oauth::simulator
