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
    CPPUNIT_TEST(testCountsForEachUserApart);
    CPPUNIT_TEST(testIsInForceForItsTime);
    CPPUNIT_TEST(testCutsAtItsPlace);
    CPPUNIT_TEST(testClearOpensGate);
    CPPUNIT_TEST(testReleaseCountsPasses);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStrikesOnceByDefault() {
        plan.add({}, start);
        CPPUNIT_ASSERT_EQUAL(std::string("x---"), strikes(4));
    }

    void testStrikesTheNthOnly() {
        FaultSpec spec;
        spec.nth = 3;
        plan.add(spec, start);
        CPPUNIT_ASSERT_EQUAL(std::string("--x---"), strikes(6));
    }

    void testStrikesEveryNth() {
        FaultSpec spec;
        spec.every = 2;
        spec.times = 2;
        plan.add(spec, start);
        CPPUNIT_ASSERT_EQUAL(std::string("-x-x--"), strikes(6));
    }

    void testStrikesByProbability() {
        FaultSpec spec;
        spec.probability = 0.25;
        spec.times = 0;
        plan.add(spec, start);
        const std::string seen = strikes(1000);
        const auto hits = std::count(seen.begin(), seen.end(), 'x');
        CPPUNIT_ASSERT(hits > 180 && hits < 320);
    }

    void testStrikesOnlyItsTarget() {
        FaultSpec spec;
        spec.times = 0;
        spec.target = "token";
        spec.grantType = "refresh_token";
        plan.add(spec, start);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.strike({"token", "auth", "refresh_token"}, start).size());
        CPPUNIT_ASSERT(plan.strike({"token", "auth", "authorization_code"}, start).empty());
        CPPUNIT_ASSERT(plan.strike({"me", "api", ""}, start).empty());
        plan.clear("");
        spec.target = "api";
        spec.grantType = "";
        plan.add(spec, start);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.strike({"me", "api", ""}, start).size());
        CPPUNIT_ASSERT(plan.strike({"token", "auth", "refresh_token"}, start).empty());
    }

    void testStrikesInOrderOfCreation() {
        std::vector<std::string> ids;
        for (int count = 0; count < 12; ++count)
            ids.push_back(plan.add({}, start));
        const auto struck = plan.strike({"me", "api", ""}, start);
        CPPUNIT_ASSERT_EQUAL(ids.size(), struck.size());
        for (std::size_t index = 0; index < ids.size(); ++index)
            CPPUNIT_ASSERT_EQUAL(ids[index], struck[index].id);
    }

    void testCountsForEachUserApart() {
        FaultSpec spec;
        spec.nth = 2;
        spec.scope = FaultScope::user;
        const std::string id = plan.add(spec, start);
        for (const std::string user : {"ada", "grace", "ada", "grace", "ada"})
            static_cast<void>(plan.strike({"token", "auth", "", user}, start));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, plan.find(id)->count.matched);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, plan.find(id)->count.applied);
    }

    void testIsInForceForItsTime() {
        FaultSpec spec;
        spec.times = 0;
        spec.startsIn = Seconds{10};
        spec.lasts = Seconds{5};
        const std::string id = plan.add(spec, start);
        const auto strikesAt = [this](int second) {
            return plan.strike({"token", "auth", ""}, start + Seconds{second}).size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, strikesAt(9));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, strikesAt(10));
        CPPUNIT_ASSERT(plan.turn(id, false));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, strikesAt(12));
        CPPUNIT_ASSERT(plan.turn(id, true));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, strikesAt(14));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, strikesAt(15));
        CPPUNIT_ASSERT(!plan.turn("unknown", true));
    }

    void testCutsAtItsPlace() {
        using From = CutPoint::From;
        const auto place = [](From from, std::uint64_t bytes, std::uint64_t draw = 0) {
            return CutPoint{from, bytes}.position(100, 50, draw);
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, place(From::start, 0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{150}, place(From::start, 999));
        CPPUNIT_ASSERT_EQUAL(std::size_t{101}, place(From::body, 1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{149}, place(From::end, 1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, place(From::end, 999));
        CPPUNIT_ASSERT_EQUAL(std::size_t{125}, place(From::bodyMiddle, 0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{149}, place(From::anywhere, 0, 299));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, place(From::anywhere, 0, 300));
    }

    void testClearOpensGate() {
        const std::string id = plan.add({}, start);
        const auto gate = plan.find(id)->gate;
        CPPUNIT_ASSERT(!plan.clear("unknown"));
        CPPUNIT_ASSERT(!gate->open);
        CPPUNIT_ASSERT(plan.clear(id));
        CPPUNIT_ASSERT(gate->open);
        CPPUNIT_ASSERT(plan.find(id) == nullptr);
    }

    void testReleaseCountsPasses() {
        const std::string id = plan.add({}, start);
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
            seen += plan.strike({"token", "auth", "refresh_token"}, start).empty() ? '-' : 'x';
        return seen;
    }

    FaultPlan plan;
    Time start{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(FaultPlanTest);
