// SPDX-License-Identifier: Apache-2.0
// Persons at the simulator, and links that they approve for a client that the test chooses.
#pragma once

#include "ServiceUnderTest.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::test {

/// Returns the simulator's id of the person with that handle, as in the token payload's `upstream.id`.
inline std::string upstreamIdOf(const std::string& handle) {
    return "5b10ac8d82e05b22cc7d-" + handle;
}

/// Returns the body of an answer that is a JSON array.
inline Poco::JSON::Array::Ptr listIn(const HttpAnswer& answer) {
    return Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Array::Ptr>();
}

/// Adds a person with the same sites as `ada`.
inline void addPerson(const Simulator& simulator, const std::string& handle) {
    std::ostringstream sites;
    const auto users = listIn(simulator.control("GET", "users"));
    for (unsigned i = 0; i < users->size(); ++i) {
        const auto user = users->getObject(i);
        if (user->getValue<std::string>("handle") == "ada")
            user->getArray("sites")->stringify(sites);
    }
    simulator.control("POST", "users",
                      R"({"handle":")" + handle + R"(","name":"Person )" + handle + R"(","account_id":")" +
                          upstreamIdOf(handle) + R"(","sites":)" + sites.str() + "}");
}

/// Gives `ada` a second site, https://beta.atlassian.example.
inline void addSecondSite(const Simulator& simulator) {
    simulator.control(
        "POST", "sites",
        R"({"name":"Beta","url":"https://beta.atlassian.example","products":["jira"],"users":["ada"]})");
}

/// Returns the link in the body of a 201 or 202.
inline TestLink linkIn(const HttpAnswer& answer) {
    return {answer.text("link_id"), answer.text("link_code"), answer.text("verification_url"),
            answer.text("link_secret")};
}

/// Approves the link in a browser of the person's own and consents upstream. Reloads where the page asks for
/// it because too many people come back at once.
inline void approveAs(const ServiceUnderTest& service, const Simulator& simulator, const std::string& handle,
                      const TestLink& link) {
    constexpr int reloads = 200;
    WebBrowser browser;
    browser.cookiesOf(simulator.url())["sim_user"] = handle;
    auto page = ServiceUnderTest::consent(browser, service.approve(browser, link));
    for (int i = 0; page.status == 503 && i < reloads; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        page = browser.open(page.url);
    }
    CPPUNIT_ASSERT_EQUAL_MESSAGE(page.url, 200, page.status);
}

/// Links a person for the client with that key and returns the token payload of the first poll.
inline HttpAnswer linkAs(const ServiceUnderTest& service, const Simulator& simulator, const std::string& key,
                         const std::string& handle, const std::string& body = R"({"provider":"jira"})") {
    const auto created = service.post("/v1/link-code", key, body);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(created.body, 201, created.status);
    const auto link = linkIn(created);
    approveAs(service, simulator, handle, link);
    auto linked = service.poll(link);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body.substr(0, 200), 200, linked.status);
    return linked;
}

/// Sends one call with a credential and, unless `subject` is empty, a header `Subject`.
inline HttpAnswer callFor(const std::string& subject, const std::string& method, const std::string& url,
                          const std::string& bearer, const std::string& body = {}) {
    std::map<std::string, std::string> headers{{"Authorization", "Bearer " + bearer}};
    if (!subject.empty())
        headers["Subject"] = subject;
    if (!body.empty())
        headers["Content-Type"] = "application/json";
    return exchange({method, url, headers, body});
}

/// Returns an answer without the parts that differ in every answer, so that equal refusals have equal texts.
inline std::string refusalText(const HttpAnswer& answer) {
    auto object = answer.json();
    object->remove("request_id");
    std::ostringstream text;
    text << answer.status << ' ';
    object->stringify(text);
    for (const auto& [name, value] : answer.headers) {
        if (name != "X-Request-ID" && name != "Date")
            text << '\n' << name << ": " << value;
    }
    return text.str();
}

/// A route about one account.
struct AccountRoute {
    std::string method;
    std::function<std::string(const std::string&)> path; ///< makes the path from an account id
    std::string body;
    std::string scope; ///< the scope that it needs
};

/// Returns every such route; the last one removes the account.
inline std::vector<AccountRoute> accountRoutes() {
    const auto token = [](const std::string& id) { return "/v1/tokens/" + id; };
    const auto report = [](const std::string& id) { return "/v1/tokens/" + id + "/report"; };
    const auto account = [](const std::string& id) { return "/v1/accounts/" + id; };
    const auto grants = [](const std::string& id) { return "/v1/accounts/" + id + "/grant-tokens"; };
    const auto grant = [](const std::string& id) { return "/v1/accounts/" + id + "/grant-tokens/x"; };
    return {{"GET", token, {}, "token"},
            {"GET", account, {}, "accounts"},
            {"PATCH", account, R"({"label":"mine"})", "accounts"},
            {"POST", report, R"({"token_version":1,"status":401})", "token"},
            {"POST", grants, "{}", "token"},
            {"GET", grants, {}, "token"},
            {"DELETE", grant, {}, "token"},
            {"DELETE", token, {}, "revoke"}};
}

inline std::string upstreamIdIn(const HttpAnswer& payload) {
    return payload.json()->getObject("upstream")->getValue<std::string>("id");
}

} // namespace central_oauth::test
