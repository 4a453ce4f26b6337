// SPDX-License-Identifier: Apache-2.0
// Which requests a fault affects, over real HTTP: endpoint, grant type, person, occasion and time.
#include "test/HttpSim.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class FaultChoiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultChoiceTest);
    CPPUNIT_TEST(testChoosesGrantType);
    CPPUNIT_TEST(testChoosesOneUserOnEveryRoute);
    CPPUNIT_TEST(testChoosesOneFamilyOrClient);
    CPPUNIT_TEST(testChoosesTheNthOfEachUser);
    CPPUNIT_TEST(testProbabilityRepeatsWithTheSeed);
    CPPUNIT_TEST(testProbabilityOfAUserIgnoresOthers);
    CPPUNIT_TEST(testOutageOfOneHost);
    CPPUNIT_TEST(testOutageLastsOnTheVirtualClock);
    CPPUNIT_TEST(testSwitchesOffAndOn);
    CPPUNIT_TEST_SUITE_END();

public:
    void testChoosesGrantType() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"status","target":"token","grant_type":"authorization_code","times":0})");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        const auto code =
            sim.call("POST", "/oauth/token", "",
                     R"({"grant_type":"authorization_code","client_id":"demo-client-id","code":"x"})");
        CPPUNIT_ASSERT_EQUAL(503, code.status());
    }

    void testChoosesOneUserOnEveryRoute() {
        const std::string ada = sim.grant("ada");
        const std::string grace = sim.grant("grace");
        const auto tokens = sim.refresh(ada);
        const auto others = sim.refresh(grace);
        sim.fault(R"({"kind":"status","user":"ada","times":0})");
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(ada).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(grace).status());
        CPPUNIT_ASSERT_EQUAL(503, sim.me(tokens.text("access_token")).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.me(others.text("access_token")).status());
        CPPUNIT_ASSERT_EQUAL(503, revoke(tokens.text("refresh_token")));
        CPPUNIT_ASSERT_EQUAL(200, revoke(others.text("refresh_token")));
        CPPUNIT_ASSERT_EQUAL(503, authorize("ada"));
        CPPUNIT_ASSERT_EQUAL(302, authorize("grace"));
    }

    void testChoosesOneFamilyOrClient() {
        const std::string first = sim.grant();
        const std::string second = sim.grant();
        const auto found = HttpSim::parse(sim.control("POST", "inspect", R"({"token":")" + second + "\"}"));
        sim.fault(R"({"kind":"status","times":0,"family":")" + found->getValue<std::string>("family") +
                  "\"}");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(first).status());
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(second).status());
        sim.fault(R"({"kind":"status","times":0,"status":502,"client_id":"other"})");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(first).status());
        sim.fault(R"({"kind":"status","times":0,"status":502,"client_id":"demo-client-id"})");
        CPPUNIT_ASSERT_EQUAL(502, sim.refresh(first).status());
    }

    void testChoosesTheNthOfEachUser() {
        const std::string ada = sim.grant("ada");
        const std::string grace = sim.grant("grace");
        sim.fault(R"({"kind":"status","target":"token","per":"user","nth":2})");
        CPPUNIT_ASSERT_EQUAL(std::string("-x--"), strikes(ada, 4));
        CPPUNIT_ASSERT_EQUAL(std::string("-x--"), strikes(grace, 4));
    }

    void testProbabilityRepeatsWithTheSeed() {
        const std::string token = sim.grant();
        const auto run = [this, &token](const std::string& seed) {
            const auto id =
                sim.fault(R"({"kind":"status","target":"token","probability":0.5,"seed":)" + seed + "}");
            const auto seen = strikes(token, 24);
            sim.control("POST", "faults/clear", R"({"id":")" + id + "\"}");
            return seen;
        };
        const std::string first = run("5");
        CPPUNIT_ASSERT_EQUAL(first, run("5"));
        CPPUNIT_ASSERT(first != run("6"));
        CPPUNIT_ASSERT(first.find('x') != std::string::npos && first.find('-') != std::string::npos);
    }

    void testProbabilityOfAUserIgnoresOthers() {
        const std::string fault =
            R"({"kind":"status","target":"token","probability":0.5,"per":"user","seed":9})";
        const std::string ada = sim.grant("ada");
        const std::string grace = sim.grant("grace");
        const auto id = sim.fault(fault);
        const auto alone = strikes(ada, 12);
        sim.control("POST", "faults/clear", R"({"id":")" + id + "\"}");
        sim.fault(fault);
        std::string mixed;
        for (int round = 0; round < 12; ++round) {
            static_cast<void>(strikes(grace, 3));
            mixed += strikes(ada, 1);
        }
        CPPUNIT_ASSERT_EQUAL(alone, mixed);
    }

    void testOutageOfOneHost() {
        const std::string token = sim.grant();
        const std::string access = sim.refresh(token).text("access_token");
        const auto api = sim.fault(R"({"kind":"outage","target":"api"})");
        CPPUNIT_ASSERT_EQUAL(503, sim.me(access).status());
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        sim.control("POST", "faults/clear", R"({"id":")" + api + "\"}");
        sim.fault(R"({"kind":"outage","target":"auth"})");
        CPPUNIT_ASSERT_EQUAL(200, sim.me(access).status());
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
    }

    void testOutageLastsOnTheVirtualClock() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"outage","target":"auth","after_s":100,"for_s":660})");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        sim.pass(100);
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        sim.pass(500);
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        sim.pass(160);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(token).status());
        // A drop without an answer lasts as well.
        sim.fault(R"({"kind":"drop","target":"auth","for_s":60})");
        CPPUNIT_ASSERT_EQUAL(0, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(0, sim.refresh(token).status());
        sim.pass(60);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(token).status());
    }

    void testSwitchesOffAndOn() {
        const std::string token = sim.grant();
        const auto id = sim.fault(R"({"kind":"outage","target":"auth"})");
        const auto turn = [this, &id](const std::string& on) {
            sim.control("POST", "faults/switch", R"({"id":")" + id + R"(","on":)" + on + "}");
        };
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        turn("false");
        CPPUNIT_ASSERT_EQUAL(200, sim.refresh(token).status());
        turn("true");
        CPPUNIT_ASSERT_EQUAL(503, sim.refresh(token).status());
        sim.control("POST", "faults/switch", R"({"id":"none","on":true})", 404);
    }

private:
    /// Returns one letter per refresh: x failed, - granted.
    std::string strikes(const std::string& token, int count) {
        std::string seen;
        for (int round = 0; round < count; ++round)
            seen += sim.refresh(token).status() == 200 ? '-' : 'x';
        return seen;
    }

    int revoke(const std::string& token) {
        return sim
            .call("POST", "/oauth/revoke", "",
                  R"({"client_id":"demo-client-id","client_secret":"demo-client-secret","token":")" + token +
                      "\"}")
            .status();
    }

    int authorize(const std::string& user) {
        return sim
            .call("GET", "/authorize?audience=api.atlassian.com&client_id=demo-client-id&scope=read%3Ame"
                         "&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&state=s&response_type=code"
                         "&prompt=consent&auto_consent=" +
                             user)
            .status();
    }

    HttpSim sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FaultChoiceTest);
