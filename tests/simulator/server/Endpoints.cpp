// SPDX-License-Identifier: Apache-2.0
#include "server/Endpoints.h"

#include "server/Html.h"

namespace central_oauth::simulator {

const std::vector<Route>& atlassianRoutes() {
    static const std::vector<Route> routes = {
        {"start", "sim", "GET", "/", answerStart},
        {"error", "sim", "GET", "/error", answerErrorPage},
        {"authorize", "auth", "GET", "/authorize", answerAuthorize},
        {"consent", "auth", "POST", "/consent", answerConsent},
        {"token", "auth", "POST", "/oauth/token", answerToken},
        {"revoke", "auth", "POST", "/oauth/revoke", answerRevoke},
        {"discovery", "auth", "GET", "/.well-known/openid-configuration", answerDiscovery},
        {"jwks", "auth", "GET", "/.well-known/jwks.json", answerKeys},
        {"accessible-resources", "api", "GET", "/oauth/token/accessible-resources", answerResources},
        {"me", "api", "GET", "/me", answerMe},
        {"product", "api", "", "/ex/", answerProduct},
    };
    return routes;
}

Reply answerStart(SimState& state, const Call&) {
    return htmlReply(200,
                     messagePage("atlassian-sim", "Authorization server and API gateway at " + state.baseUrl +
                                                      ". Control routes are below /_sim."));
}

Reply answerErrorPage(SimState&, const Call& call) {
    return htmlReply(200, messagePage("Something went wrong: " + call.query.get("error"),
                                      call.query.get("error_description")));
}

} // namespace central_oauth::simulator
