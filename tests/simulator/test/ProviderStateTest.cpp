// SPDX-License-Identifier: Apache-2.0
// Secrets, dead tokens, leeway, counts per family and many users at once, over real HTTP.
#include "test/HttpSim.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

using namespace central_oauth::simulator;

class ProviderStateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderStateTest);
    CPPUNIT_TEST(testRotatesTheSecret);
    CPPUNIT_TEST(testRefusesTheClientWhileSwitchedOn);
    CPPUNIT_TEST(testAllTokensSeemDeadWhileSwitchedOn);
    CPPUNIT_TEST(testWordsDeadTokens);
    CPPUNIT_TEST(testLeewayIsASetting);
    CPPUNIT_TEST(testNoLeewayDeletesTheOldPair);
    CPPUNIT_TEST(testCountsRefreshesOfAFamily);
    CPPUNIT_TEST(testCountsCallsInProgressAtOnce);
    CPPUNIT_TEST(testCountsUnknownTokens);
    CPPUNIT_TEST(testMakesManyUsers);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRotatesTheSecret() {
        const std::string token = sim.grant();
        secrets(R"(["demo-client-secret","new-secret"])");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token, "new-secret").status());
        secrets(R"(["new-secret"])");
        CPPUNIT_ASSERT_EQUAL(wrongClient, sim.refusal(token));
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token, "new-secret").status());
        secrets("[]");
        CPPUNIT_ASSERT_EQUAL(wrongClient, sim.refusal(token, "new-secret"));
        secrets(R"(["demo-client-secret"])");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
    }

    void testRefusesTheClientWhileSwitchedOn() {
        const std::string token = sim.grant();
        const auto id = sim.fault(R"({"kind":"wrong_client"})");
        CPPUNIT_ASSERT_EQUAL(wrongClient, sim.refusal(token));
        CPPUNIT_ASSERT_EQUAL(wrongClient, sim.refusal(token));
        clear(id);
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
    }

    void testAllTokensSeemDeadWhileSwitchedOn() {
        const std::string ada = sim.grant("ada");
        const std::string grace = sim.grant("grace");
        const auto id = sim.fault(R"({"kind":"dead_token"})");
        for (const auto& token : {ada, grace, ada})
            CPPUNIT_ASSERT_EQUAL(std::string("403 unauthorized_client: refresh_token is invalid"),
                                 sim.refusal(token));
        clear(id);
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(ada).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(grace).status());
        CPPUNIT_ASSERT_EQUAL(1, sim.count("processed"));
    }

    void testWordsDeadTokens() {
        const std::string token = sim.grant();
        const std::vector<std::pair<std::string, std::string>> wordings{
            {"new", "403 unauthorized_client: refresh_token is invalid"},
            {"documented", "403 invalid_grant: Unknown or invalid refresh token."},
            {"expired", "403 invalid_grant: Token has been expired or revoked."}};
        for (const auto& [name, expected] : wordings) {
            sim.options(R"({"dead_token_wording":")" + name + "\"}");
            CPPUNIT_ASSERT_EQUAL(expected, sim.refusal("never-issued"));
        }
        for (const auto& [name, expected] : wordings) {
            sim.fault(R"({"kind":"dead_token","times":1,"wording":")" + name + "\"}");
            CPPUNIT_ASSERT_EQUAL(expected, sim.refusal(token));
        }
    }

    void testLeewayIsASetting() {
        sim.options(R"({"leeway_s":8})");
        const std::string token = sim.grant();
        const std::string next = sim.refresh(token).text("refresh_token");
        sim.pass(7);
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        sim.pass(2);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(next).status());
        CPPUNIT_ASSERT_EQUAL(1, sim.count("families_revoked"));
    }

    void testNoLeewayDeletesTheOldPair() {
        sim.options(R"({"leeway_s":0})");
        const std::string token = sim.grant();
        const auto first = sim.refresh(token);
        const auto second = sim.refresh(first.text("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(401, sim.me(first.text("access_token")).status());
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(first.text("refresh_token")).status());
        sim.pass(1000);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(first.text("refresh_token")).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.me(second.text("access_token")).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(second.text("refresh_token")).status());
        CPPUNIT_ASSERT_EQUAL(0, sim.count("families_revoked"));
    }

    void testCountsRefreshesOfAFamily() {
        const std::string token = sim.grant();
        static_cast<void>(sim.refresh(sim.grant("grace")));
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(401, sim.refresh(token, "wrong").status());
        sim.fault(R"({"kind":"status","target":"token"})");
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        sim.pass(700);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(token).status());
        const auto report = sim.refreshes("user=ada");
        CPPUNIT_ASSERT_EQUAL(1U, static_cast<unsigned>(report->getArray("families")->size()));
        const auto family = report->getArray("families")->getObject(0);
        CPPUNIT_ASSERT_EQUAL(4, family->getValue<int>("received"));
        CPPUNIT_ASSERT_EQUAL(1, family->getValue<int>("processed"));
        CPPUNIT_ASSERT_EQUAL(2, family->getValue<int>("refused"));
        CPPUNIT_ASSERT_EQUAL(4, family->getValue<int>("answered"));
        CPPUNIT_ASSERT_EQUAL(1, family->getValue<int>("delivered"));
        CPPUNIT_ASSERT(family->getValue<bool>("reused"));
        const auto calls = family->getArray("calls");
        const std::vector<std::string> outcomes{"granted", "client_secret", "unprocessed", "refresh_reused"};
        for (unsigned index = 0; index < outcomes.size(); ++index)
            CPPUNIT_ASSERT_EQUAL(outcomes[index], calls->getObject(index)->getValue<std::string>("outcome"));
        const auto at = [&calls](unsigned index) {
            return calls->getObject(index)->getValue<std::int64_t>("at_ms");
        };
        CPPUNIT_ASSERT(at(3) - at(2) >= 700000 && at(3) - at(2) < 730000);
        sim.control("POST", "counters/reset");
        CPPUNIT_ASSERT_EQUAL(0, sim.count("received"));
    }

    void testCountsCallsInProgressAtOnce() {
        const std::string token = sim.grant();
        const auto id = sim.fault(R"({"kind":"hold","target":"token","times":3})");
        std::vector<std::thread> callers;
        for (int caller = 0; caller < 3; ++caller)
            callers.emplace_back([this, &token] { static_cast<void>(sim.refresh(token)); });
        sim.control("GET", "faults/wait?held=3&timeout_ms=20000&id=" + id);
        const int inFlight = sim.count("in_flight");
        sim.control("POST", "faults/release", "{}");
        for (auto& caller : callers)
            caller.join();
        CPPUNIT_ASSERT_EQUAL(3, inFlight);
        CPPUNIT_ASSERT_EQUAL(0, sim.count("in_flight"));
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(3, sim.count("max_in_flight"));
    }

    void testCountsUnknownTokens() {
        static_cast<void>(sim.refresh("never-issued"));
        const auto families = sim.refreshes()->getArray("families");
        CPPUNIT_ASSERT_EQUAL(std::string(), families->getObject(0)->getValue<std::string>("family"));
        CPPUNIT_ASSERT_EQUAL(1, families->getObject(0)->getValue<int>("refused"));
    }

    void testMakesManyUsers() {
        const auto made =
            Poco::JSON::Parser()
                .parse(sim.control("POST", "population",
                                   R"({"count":300,"prefix":"load-","scopes":"read:me offline_access",)"
                                   R"("issue":true})"))
                .extract<Poco::JSON::Array::Ptr>();
        CPPUNIT_ASSERT_EQUAL(300U, static_cast<unsigned>(made->size()));
        const auto last = made->getObject(299);
        CPPUNIT_ASSERT_EQUAL(std::string("load-300"), last->getValue<std::string>("user"));
        const auto seen = sim.refresh(last->getValue<std::string>("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(200, seen.status());
        CPPUNIT_ASSERT_EQUAL(last->getValue<std::string>("account_id"),
                             sim.me(seen.text("access_token")).text("account_id"));
        sim.control("POST", "population", R"({"count":2,"prefix":"bare-"})");
        CPPUNIT_ASSERT_EQUAL(
            0U, static_cast<unsigned>(sim.refreshes("user=bare-1")->getArray("families")->size()));
    }

private:
    void secrets(const std::string& list) {
        sim.control("POST", "apps", R"({"client_id":"demo-client-id","client_secrets":)" + list + "}");
    }
    void clear(const std::string& id) { sim.control("POST", "faults/clear", R"({"id":")" + id + "\"}"); }

    const std::string wrongClient = "401 access_denied: Unauthorized";
    HttpSim sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderStateTest);
