// SPDX-License-Identifier: Apache-2.0
#include "WriterTurn.h"

#include "StoreTroubleError.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>

using namespace central_oauth;
using namespace central_oauth::store;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

class WriterTurnTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WriterTurnTest);
    CPPUNIT_TEST(testIsFreeAfterItsLease);
    CPPUNIT_TEST(testGivesUpBehindAWriteThatDoesNotComeBack);
    CPPUNIT_TEST(testGivesUpBehindAWriteThatWaitsForAnotherProgram);
    CPPUNIT_TEST(testAnotherProgramsLockIsReportedAtOnce);
    CPPUNIT_TEST(testATurnThatIsTakenIsNotWaitedFor);
    CPPUNIT_TEST(testALockThatBeginsWhileSomebodyAsksIsReported);
    CPPUNIT_TEST(testAWriteThatHangsIsWaitedFor);
    CPPUNIT_TEST(testOverdueFileWaitIsAHang);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIsFreeAfterItsLease() {
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_NO_THROW(static_cast<void>(_turn.take(Clock::now() + 1ms)));
            CPPUNIT_ASSERT_NO_THROW(static_cast<void>(_turn.takeUnlessLocked()));
        }
    }

    void testGivesUpBehindAWriteThatDoesNotComeBack() {
        const auto lease = _turn.take(Clock::now());
        CPPUNIT_ASSERT(troubleOfTake() == StoreTrouble::stuck);
    }

    void testGivesUpBehindAWriteThatWaitsForAnotherProgram() {
        auto lease = _turn.take(Clock::now());
        lease.beginFileWait(Clock::now() + 1h);
        CPPUNIT_ASSERT(troubleOfTake() == StoreTrouble::busy);
        lease.endFileWait();
        CPPUNIT_ASSERT(troubleOfTake() == StoreTrouble::stuck);
    }

    void testAnotherProgramsLockIsReportedAtOnce() {
        auto lease = _turn.take(Clock::now());
        lease.beginFileWait(Clock::now() + 1h);
        CPPUNIT_ASSERT_THROW(static_cast<void>(_turn.takeUnlessLocked()), StoreTroubleError);
    }

    void testATurnThatIsTakenIsNotWaitedFor() {
        for (int i = 0; i < 2; ++i) {
            const auto lease = _turn.takeIfFree();
            CPPUNIT_ASSERT(lease);
            CPPUNIT_ASSERT(!_turn.takeIfFree());
            CPPUNIT_ASSERT(troubleOfTake() == StoreTrouble::stuck);
        }
    }

    void testALockThatBeginsWhileSomebodyAsksIsReported() {
        auto lease = _turn.take(Clock::now());
        auto asking = ask();
        CPPUNIT_ASSERT(asking.wait_for(50ms) == std::future_status::timeout);
        lease.beginFileWait(Clock::now() + 1h);
        CPPUNIT_ASSERT_THROW(asking.get(), StoreTroubleError);
    }

    void testAWriteThatHangsIsWaitedFor() {
        std::future<void> asking;
        {
            const auto lease = _turn.take(Clock::now());
            asking = ask();
            CPPUNIT_ASSERT(asking.wait_for(50ms) == std::future_status::timeout);
        }
        CPPUNIT_ASSERT_NO_THROW(asking.get());
    }

    void testOverdueFileWaitIsAHang() {
        std::future<void> asking;
        {
            auto lease = _turn.take(Clock::now());
            lease.beginFileWait(Clock::now() - 1h);
            asking = ask();
            CPPUNIT_ASSERT(asking.wait_for(50ms) == std::future_status::timeout);
        }
        CPPUNIT_ASSERT_NO_THROW(asking.get());
    }

private:
    std::future<void> ask() {
        return std::async(std::launch::async, [this] { static_cast<void>(_turn.takeUnlessLocked()); });
    }

    StoreTrouble troubleOfTake() {
        try {
            static_cast<void>(_turn.take(Clock::now() + 1ms));
            CPPUNIT_FAIL("the turn is taken twice");
        } catch (const StoreTroubleError& error) {
            return error.trouble();
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == base::ErrorCode::storeUnavailable);
        }
        return StoreTrouble::none;
    }

    WriterTurn _turn;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WriterTurnTest);
