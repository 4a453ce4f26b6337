// SPDX-License-Identifier: Apache-2.0
// Which requests a fault strikes.
#include "core/FaultPlan.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class FaultPlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultPlanTest);
    CPPUNIT_TEST(testStrikesOnceByDefault);
    CPPUNIT_TEST(testStrikesTheNthOnly);
    CPPUNIT_TEST(testStrikesEveryNth);
    CPPUNIT_TEST(testStrikesByProbability);
    CPPUNIT_TEST(testStrikesOnlyItsTarget);
    CPPUNIT_TEST(testStrikesInOrderOfCreation);
    CPPUNIT_TEST(testClearOpensGate);
    CPPUNIT_TEST(testReleaseCountsPasses);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStrikesOnceByDefault() {
        plan.add({});
        CPPUNIT_ASSERT_EQUAL(std::string("x---"), strikes(4));
    }

    void testStrikesTheNthOnly() {
        FaultSpec spec;
        spec.nth = 3;
        plan.add(spec);
        CPPUNIT_ASSERT_EQUAL(std::string("--x---"), strikes(6));
    }

    void testStrikesEveryNth() {
        FaultSpec spec;
        spec.every = 2;
        spec.times = 2;
        plan.add(spec);
        CPPUNIT_ASSERT_EQUAL(std::string("-x-x--"), strikes(6));
    }

    void testStrikesByProbability() {
        FaultSpec spec;
        spec.probability = 0.25;
        spec.times = 0;
        plan.add(spec);
        const std::string seen = strikes(1000);
        const auto hits = std::count(seen.begin(), seen.end(), 'x');
        CPPUNIT_ASSERT(hits > 180 && hits < 320);
    }

    void testStrikesOnlyItsTarget() {
        FaultSpec spec;
        spec.times = 0;
        spec.target = "token";
        spec.grantType = "refresh_token";
        plan.add(spec);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.strike({"token", "auth", "refresh_token"}, random).size());
        CPPUNIT_ASSERT(plan.strike({"token", "auth", "authorization_code"}, random).empty());
        CPPUNIT_ASSERT(plan.strike({"me", "api", ""}, random).empty());
        plan.clear("");
        spec.target = "api";
        spec.grantType = "";
        plan.add(spec);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.strike({"me", "api", ""}, random).size());
        CPPUNIT_ASSERT(plan.strike({"token", "auth", "refresh_token"}, random).empty());
    }

    void testStrikesInOrderOfCreation() {
        std::vector<std::string> ids;
        for (int count = 0; count < 12; ++count)
            ids.push_back(plan.add({}));
        const auto struck = plan.strike({"me", "api", ""}, random);
        CPPUNIT_ASSERT_EQUAL(ids.size(), struck.size());
        for (std::size_t index = 0; index < ids.size(); ++index)
            CPPUNIT_ASSERT_EQUAL(ids[index], struck[index].id);
    }

    void testClearOpensGate() {
        const std::string id = plan.add({});
        const auto gate = plan.find(id)->gate;
        CPPUNIT_ASSERT(!plan.clear("unknown"));
        CPPUNIT_ASSERT(!gate->open);
        CPPUNIT_ASSERT(plan.clear(id));
        CPPUNIT_ASSERT(gate->open);
        CPPUNIT_ASSERT(plan.find(id) == nullptr);
    }

    void testReleaseCountsPasses() {
        const std::string id = plan.add({});
        CPPUNIT_ASSERT(plan.release(id, 2));
        CPPUNIT_ASSERT(plan.release(id, 1));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, plan.find(id)->gate->released);
        CPPUNIT_ASSERT(!plan.release("unknown", 1));
    }

private:
    /// Returns one letter per request: x affected, - not.
    std::string strikes(int requests) {
        std::string seen;
        for (int count = 0; count < requests; ++count)
            seen += plan.strike({"token", "auth", "refresh_token"}, random).empty() ? '-' : 'x';
        return seen;
    }

    FaultPlan plan;
    Random random{1};
};

CPPUNIT_TEST_SUITE_REGISTRATION(FaultPlanTest);
