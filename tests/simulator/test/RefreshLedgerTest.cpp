// SPDX-License-Identifier: Apache-2.0
// What the ledger counts of a refresh call.
#include "core/RefreshLedger.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class RefreshLedgerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefreshLedgerTest);
    CPPUNIT_TEST(testDeliversOnlyUnalteredWholeAnswers);
    CPPUNIT_TEST(testTakesBackAnAnswer);
    CPPUNIT_TEST(testIgnoresCallsFromBeforeAReset);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDeliversOnlyUnalteredWholeAnswers() {
        call("", {10, 20, 20}, true);
        call("", {10, 20, 20}, false);
        call("", {10, 20, 19}, true);
        call("refresh_idle", {10, 20, 20}, true);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, family().received);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, family().processed);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, family().refused);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, family().answered);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, family().delivered);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, family().maxInFlight);
    }

    void testTakesBackAnAnswer() {
        ledger.retract(call("", {10, 20, 20}, true));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, family().processed);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, family().answered);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, family().delivered);
    }

    void testIgnoresCallsFromBeforeAReset() {
        const auto early = ledger.begin("f", Time{});
        ledger.reset();
        const auto late = ledger.begin("f", Time{});
        ledger.end(early, Time{}, {10, 20, 20}, true);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, family().inFlight);
        ledger.end(late, Time{}, {}, true);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, family().inFlight);
        CPPUNIT_ASSERT_EQUAL(std::string("unprocessed"), family().calls.front().outcome);
    }

private:
    RefreshTicket call(const std::string& refusal, const AnswerBytes& answer, bool unaltered) {
        const auto ticket = ledger.begin("f", Time{});
        ledger.process(ticket, refusal);
        ledger.end(ticket, Time{}, answer, unaltered);
        return ticket;
    }
    const FamilyRefreshes& family() { return ledger.families().at("f"); }

    RefreshLedger ledger;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshLedgerTest);
