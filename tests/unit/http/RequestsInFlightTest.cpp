// SPDX-License-Identifier: Apache-2.0
// Counting requests, and admitting none once the server has stopped.
#include "central_oauth/http/RequestsInFlight.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <optional>

using namespace central_oauth::http;

class RequestsInFlightTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestsInFlightTest);
    CPPUNIT_TEST(testCountsWhileGuardsLive);
    CPPUNIT_TEST(testCloseReportsWhatIsLeft);
    CPPUNIT_TEST(testCloseWaitsForTheLastOne);
    CPPUNIT_TEST(testAdmitsNothingOnceClosed);
    CPPUNIT_TEST_SUITE_END();

public:
    void testCountsWhileGuardsLive() {
        RequestsInFlight requests;
        {
            const RequestsInFlight::Guard one(requests);
            const RequestsInFlight::Guard two(requests);
            CPPUNIT_ASSERT(one.admitted() && two.admitted());
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, requests.count());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, requests.count());
        CPPUNIT_ASSERT(!requests.stopping());
        requests.beginStop();
        CPPUNIT_ASSERT(requests.stopping());
    }

    void testCloseReportsWhatIsLeft() {
        RequestsInFlight requests;
        const RequestsInFlight::Guard held(requests);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, requests.close(std::chrono::seconds(0)));
    }

    void testCloseWaitsForTheLastOne() {
        RequestsInFlight requests;
        std::optional<RequestsInFlight::Guard> held(std::in_place, requests);
        auto left =
            std::async(std::launch::async, [&requests] { return requests.close(std::chrono::seconds(30)); });
        held.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, left.get());
    }

    void testAdmitsNothingOnceClosed() {
        RequestsInFlight requests;
        requests.close(std::chrono::seconds(0));
        const RequestsInFlight::Guard late(requests);
        CPPUNIT_ASSERT(!late.admitted());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, requests.count());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestsInFlightTest);
