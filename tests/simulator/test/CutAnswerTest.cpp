// SPDX-License-Identifier: Apache-2.0
// Connections that end before, in or after an answer, over real HTTP.
#include "test/HttpSim.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::simulator;

class CutAnswerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CutAnswerTest);
    CPPUNIT_TEST(testDropsBeforeProcessing);
    CPPUNIT_TEST(testProcessesThenSendsNothing);
    CPPUNIT_TEST(testCutsAtAnyByte);
    CPPUNIT_TEST(testCutsInTheBody);
    CPPUNIT_TEST(testCutBodySendsHalfOfIt);
    CPPUNIT_TEST(testSendsAllBytesThenCloses);
    CPPUNIT_TEST(testEndsWithFinOrReset);
    CPPUNIT_TEST(testRandomCutsRepeat);
    CPPUNIT_TEST(testReportsWhereItCut);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDropsBeforeProcessing() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"drop","target":"token","grant_type":"refresh_token"})");
        CPPUNIT_ASSERT_EQUAL(std::string(), sim.refresh(token).bytes);
        CPPUNIT_ASSERT_EQUAL(1, sim.count("received"));
        CPPUNIT_ASSERT_EQUAL(0, sim.count("processed"));
    }

    void testProcessesThenSendsNothing() {
        const std::string token = sim.grant();
        cut(R"("after_bytes":0)");
        CPPUNIT_ASSERT_EQUAL(std::string(), sim.refresh(token).bytes);
        CPPUNIT_ASSERT_EQUAL(1, sim.count("processed"));
        CPPUNIT_ASSERT_EQUAL(0, sim.count("answered"));
        // The lost answer has made the token an exchanged one: after the leeway it is dead.
        sim.pass(601);
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh(token).status());
        CPPUNIT_ASSERT_EQUAL(1, sim.count("families_reused"));
    }

    void testCutsAtAnyByte() {
        const std::string token = sim.grant();
        const auto size = static_cast<int>(sim.refresh(token).bytes.size());
        for (const int bytes : {1, 9, 60, size / 2, size - 1, -1, -200, -size + 1}) {
            cut(R"("after_bytes":)" + std::to_string(bytes));
            const auto seen = sim.refresh(token);
            CPPUNIT_ASSERT_EQUAL(bytes < 0 ? size + bytes : bytes, static_cast<int>(seen.bytes.size()));
            CPPUNIT_ASSERT(!seen.answer);
            CPPUNIT_ASSERT(End::open != seen.end);
        }
    }

    void testCutsInTheBody() {
        const std::string token = sim.grant();
        for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
            cut(R"("after_body_bytes":)" + std::to_string(bytes));
            const auto seen = sim.refresh(token);
            CPPUNIT_ASSERT_EQUAL(bytes, seen.bytes.size() - seen.bytes.find("\r\n\r\n") - 4);
        }
    }

    void testCutBodySendsHalfOfIt() {
        const std::string token = sim.grant();
        const std::size_t body = sim.refresh(token).body().size();
        sim.fault(R"({"kind":"cut_body","target":"token"})");
        const auto seen = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(body / 2, seen.bytes.size() - seen.bytes.find("\r\n\r\n") - 4);
    }

    void testSendsAllBytesThenCloses() {
        const std::string token = sim.grant();
        sim.settle = std::chrono::milliseconds(50);
        CPPUNIT_ASSERT(End::open == sim.refresh(token).end);
        sim.settle = std::chrono::seconds(20);
        cut(R"("after_bytes":1000000)");
        const auto seen = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(200, seen.status());
        CPPUNIT_ASSERT(End::orderly == seen.end);
        CPPUNIT_ASSERT_EQUAL(2, sim.count("answered"));
    }

    void testEndsWithFinOrReset() {
        const std::string token = sim.grant();
        for (const std::string bytes : {"0", "50", "-1"}) {
            cut(R"("after_bytes":)" + bytes);
            CPPUNIT_ASSERT(End::orderly == sim.refresh(token).end);
            cut(R"("close":"reset","after_bytes":)" + bytes);
            const auto seen = sim.refresh(token);
            CPPUNIT_ASSERT(End::broken == seen.end);
            CPPUNIT_ASSERT_EQUAL(bytes == "0", seen.bytes.empty());
        }
        sim.fault(R"({"kind":"drop","close":"reset"})");
        CPPUNIT_ASSERT(End::broken == sim.refresh(token).end);
    }

    void testRandomCutsRepeat() {
        const auto first = randomCuts(7);
        CPPUNIT_ASSERT(first == randomCuts(7));
        CPPUNIT_ASSERT(first != randomCuts(8));
        CPPUNIT_ASSERT(std::set<std::size_t>(first.begin(), first.end()).size() > 5);
    }

    void testReportsWhereItCut() {
        const std::string token = sim.grant();
        cut(R"("after_bytes":77)");
        static_cast<void>(sim.refresh(token));
        const auto call = sim.refreshes("user=ada")->getArray("families")->getObject(0)->getArray("calls");
        CPPUNIT_ASSERT_EQUAL(77, call->getObject(0)->getValue<int>("sent_bytes"));
        CPPUNIT_ASSERT(call->getObject(0)->getValue<int>("answer_bytes") > 5000);
        CPPUNIT_ASSERT(!call->getObject(0)->getValue<bool>("delivered"));
    }

private:
    void cut(const std::string& members) {
        sim.fault(R"({"kind":"process_then_drop","target":"token","grant_type":"refresh_token",)" + members +
                  "}");
    }

    std::vector<std::size_t> randomCuts(int seed) {
        const std::string token = sim.grant();
        const auto id = sim.fault(
            R"({"kind":"process_then_drop","target":"token","times":0,"after_bytes":"random","seed":)" +
            std::to_string(seed) + "}");
        std::vector<std::size_t> cuts;
        for (int round = 0; round < 8; ++round)
            cuts.push_back(sim.refresh(token).bytes.size());
        sim.control("POST", "faults/clear", R"({"id":")" + id + "\"}");
        return cuts;
    }

    HttpSim sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CutAnswerTest);
