// SPDX-License-Identifier: Apache-2.0
// GET /authorize and POST /consent.
#include "core/AuthorizeRules.h"
#include "core/Scopes.h"
#include "server/Endpoints.h"
#include "server/Html.h"

#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

namespace central_oauth::simulator {
namespace {

std::string firstOf(const std::string& wanted, const std::string& otherwise) {
    return wanted.empty() ? otherwise : wanted;
}

std::string autoConsentUser(const SimState& state, const Call& call) {
    return firstOf(call.query.get("auto_consent"), state.world.options.autoConsent);
}

AuthorizeRequest readAuthorizeRequest(const SimState& state, const Call& call) {
    AuthorizeRequest request;
    request.user = loggedInUser(state, call);
    request.clientId = call.query.get("client_id");
    request.redirectUri = call.query.get("redirect_uri");
    request.audience = call.query.get("audience");
    request.responseType = call.query.get("response_type");
    request.prompt = call.query.get("prompt");
    request.scope = call.query.get("scope");
    request.state = call.query.get("state");
    request.codeChallenge = call.query.get("code_challenge");
    request.codeChallengeMethod = call.query.get("code_challenge_method");
    request.resourceSent = call.query.has("resource");
    return request;
}

Reply errorRedirect(SimState& state, const ErrorPage& page) {
    Poco::URI uri("/error");
    uri.addQueryParameter("error", page.error);
    uri.addQueryParameter("error_description", page.description);
    uri.addQueryParameter("tracking", state.world.random.hex(16));
    Reply reply = redirectReply(uri.toString());
    reply.refusal = "authorize_" + page.error;
    return reply;
}

Reply consentAsJson(World& world, const PendingConsent& pending) {
    Poco::JSON::Array scopes;
    for (const auto& scope : pending.scopes)
        scopes.add(scope);
    Poco::JSON::Array sites;
    const User* user = world.findUser(pending.user);
    if (user != nullptr)
        for (const auto& cloudId : user->sites)
            sites.add(cloudId);
    Poco::JSON::Object object;
    object.set("consent_id", pending.id);
    object.set("client_id", pending.clientId);
    object.set("user", pending.user);
    object.set("scopes", scopes);
    object.set("sites", sites);
    return jsonReply(200, object);
}

Reply consentGone() {
    Reply reply =
        htmlReply(400, messagePage("This request is over",
                                   "It was answered already or waited too long. Start again at the app."));
    reply.refusal = "consent_gone";
    return reply;
}

} // namespace

std::string loggedInUser(const SimState& state, const Call& call) {
    // The last parameter counts: the page's links for another user append theirs.
    const auto asked = call.query.all("sim_user");
    std::string user = firstOf(asked.empty() ? "" : asked.back(), call.header("X-Sim-User"));
    user = firstOf(user, call.cookies.get("sim_user", ""));
    user = firstOf(user, autoConsentUser(state, call));
    return firstOf(user, state.world.options.defaultUser);
}

Reply answerAuthorize(SimState& state, const Call& call) {
    // Atlassian's edge refuses such requests before the authorization server sees them.
    if (parseScopes(call.query.get("scope")).size() > 80) {
        Reply reply =
            htmlReply(400, "<html><body><h1>400 Request Header Or Cookie Too Large</h1></body></html>");
        reply.refusal = "authorize_too_many_scopes";
        return reply;
    }
    AuthorizeRules rules(state.world);
    const auto outcome = rules.begin(readAuthorizeRequest(state, call));
    if (const auto* page = std::get_if<ErrorPage>(&outcome))
        return errorRedirect(state, *page);
    if (const auto* callback = std::get_if<Callback>(&outcome)) {
        Reply reply = redirectReply(callback->location);
        reply.refusal = "authorize_request";
        return reply;
    }
    const std::string consentId = std::get<ConsentNeeded>(outcome).consentId;
    const PendingConsent* pending = rules.findPending(consentId);
    if (pending == nullptr)
        return consentGone();
    if (!autoConsentUser(state, call).empty()) {
        const auto callback = rules.accept(consentId, {});
        return callback ? redirectReply(callback->location) : consentGone();
    }
    if (call.header("Accept").find("application/json") != std::string::npos)
        return consentAsJson(state.world, *pending);
    return htmlReply(200, consentPage(state.world, *pending, call.target));
}

Reply answerConsent(SimState& state, const Call& call) {
    AuthorizeRules rules(state.world);
    const std::string consentId = call.fields.get("consent_id");
    const std::string decision = call.fields.get("decision");
    if (decision == "cancel") {
        const auto callback = rules.decline(consentId);
        if (!callback)
            return consentGone();
        Reply reply = redirectReply(callback->location);
        reply.refusal = "consent_declined";
        return reply;
    }
    const auto sites = call.fields.all("site");
    if (decision != "accept" || (sites.empty() && call.fields.has("picker"))) {
        Reply reply =
            htmlReply(400, messagePage("Nothing was chosen", "Go back and choose at least one site."));
        reply.refusal = "consent_incomplete";
        return reply;
    }
    const auto callback = rules.accept(consentId, {sites.begin(), sites.end()});
    return callback ? redirectReply(callback->location) : consentGone();
}

} // namespace central_oauth::simulator
