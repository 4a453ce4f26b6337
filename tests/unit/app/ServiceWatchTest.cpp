// SPDX-License-Identifier: Apache-2.0
// When the watch reports to the service manager that the service is alive.
#include "central_oauth/app/ServiceWatch.h"

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/LogSink.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <stdexcept>
#include <string>

using namespace central_oauth;
using namespace central_oauth::app;

class ServiceWatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceWatchTest);
    CPPUNIT_TEST(testPingsWhileTheListenerIsAlive);
    CPPUNIT_TEST(testDoesNotPingForAListenerThatHangs);
    CPPUNIT_TEST(testAnErrorOfTheStoreIsAnAnswer);
    CPPUNIT_TEST(testDoesNotPingBeforeTheStoreHasAnswered);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPingsWhileTheListenerIsAlive() {
        for (int i = 1; i <= 3; ++i) {
            ++_rounds;
            _watch.check();
            CPPUNIT_ASSERT_EQUAL(i, _pings);
        }
    }

    void testDoesNotPingForAListenerThatHangs() {
        ++_rounds;
        _watch.check();
        for (int i = 0; i < 3; ++i)
            _watch.check();
        CPPUNIT_ASSERT_EQUAL(1, _pings);
        const auto log = _text.str();
        const auto first = log.find("the listener's thread hangs");
        CPPUNIT_ASSERT(first != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("once",
                               log.find("the listener's thread hangs", first + 1) == std::string::npos);
        ++_rounds;
        _watch.check();
        CPPUNIT_ASSERT_EQUAL(2, _pings);
    }

    // A restart does not help against a full disk.
    void testAnErrorOfTheStoreIsAnAnswer() {
        _store = [] { throw std::runtime_error("disk full"); };
        ++_rounds;
        _watch.check();
        CPPUNIT_ASSERT_EQUAL(1, _pings);
    }

    void testDoesNotPingBeforeTheStoreHasAnswered() {
        _store = [this] { CPPUNIT_ASSERT_EQUAL(0, _pings); };
        ++_rounds;
        _watch.check();
        CPPUNIT_ASSERT_EQUAL(1, _pings);
    }

private:
    base::SystemClock _clock;
    std::ostringstream _text;
    logging::StreamSink _sink{_text};
    logging::Logger _logger{_sink, _clock, provider::LogLevel::debug};
    std::uint64_t _rounds = 0;
    int _pings = 0;
    std::function<void()> _store = [] {};
    ServiceWatch _watch{{[this] { return _rounds; }, [this] { _store(); }, [this] { ++_pings; }},
                        _logger.channel("test")};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceWatchTest);
