// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/SteadyWall.h"

#include "central_oauth/logging/LogSink.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>

using namespace central_oauth;
using namespace central_oauth::app;
using namespace std::chrono_literals;

namespace {

class TwoClocks final : public base::Clock {
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return wall; }
    [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override { return steady; }

    void pass(std::chrono::seconds time) {
        wall += time;
        steady += time;
    }

    std::chrono::system_clock::time_point wall{std::chrono::hours(500'000)};
    std::chrono::steady_clock::time_point steady{1000s};
};

constexpr std::chrono::hours year{8760};

} // namespace

class SteadyWallTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SteadyWallTest);
    CPPUNIT_TEST(testTimeThatPassesIsTrusted);
    CPPUNIT_TEST(testAJumpIsNotTrustedUntilItIsBack);
    CPPUNIT_TEST(testAJumpIsTrustedAfterAnHour);
    CPPUNIT_TEST(testEachJumpBeginsTheHourAnew);
    CPPUNIT_TEST(testAClockThatIsSetBackIsTrusted);
    CPPUNIT_TEST(testSmallCorrectionsAreTrusted);
    CPPUNIT_TEST_SUITE_END();

public:
    void testTimeThatPassesIsTrusted() {
        for (const auto time : {std::chrono::seconds(15), std::chrono::seconds(year), 0s}) {
            _clock.pass(time);
            CPPUNIT_ASSERT(_wall.isTrusted());
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), _text.str());
    }

    void testAJumpIsNotTrustedUntilItIsBack() {
        for (int i = 1; i <= 2; ++i) {
            _clock.wall += year;
            for (int round = 0; round < 4; ++round) {
                CPPUNIT_ASSERT(!_wall.isTrusted());
                _clock.pass(15s);
            }
            CPPUNIT_ASSERT_EQUAL(i, count("the wall clock has jumped ahead"));
            _clock.wall -= year;
            CPPUNIT_ASSERT(_wall.isTrusted());
            CPPUNIT_ASSERT_EQUAL(i, count("the wall clock is trusted again"));
        }
    }

    void testAJumpIsTrustedAfterAnHour() {
        _clock.wall += year;
        CPPUNIT_ASSERT(!_wall.isTrusted());
        _clock.pass(59min);
        CPPUNIT_ASSERT(!_wall.isTrusted());
        _clock.pass(1min);
        CPPUNIT_ASSERT(_wall.isTrusted());
        CPPUNIT_ASSERT(_wall.isTrusted());
        CPPUNIT_ASSERT_EQUAL(1, count("the wall clock is trusted again"));
    }

    void testEachJumpBeginsTheHourAnew() {
        _clock.wall += year;
        CPPUNIT_ASSERT(!_wall.isTrusted());
        _clock.pass(59min);
        _clock.wall += 1h;
        CPPUNIT_ASSERT(!_wall.isTrusted());
        _clock.pass(59min);
        CPPUNIT_ASSERT(!_wall.isTrusted());
        CPPUNIT_ASSERT_EQUAL(1, count("the wall clock has jumped ahead"));
        _clock.pass(1min);
        CPPUNIT_ASSERT(_wall.isTrusted());
    }

    // Less is deleted by it, not more.
    void testAClockThatIsSetBackIsTrusted() {
        _clock.wall -= year;
        CPPUNIT_ASSERT(_wall.isTrusted());
        _clock.wall += year;
        CPPUNIT_ASSERT(!_wall.isTrusted());
    }

    void testSmallCorrectionsAreTrusted() {
        for (int i = 0; i < 10; ++i) {
            _clock.pass(1h);
            _clock.wall += 30s;
            CPPUNIT_ASSERT(_wall.isTrusted());
        }
    }

private:
    [[nodiscard]] int count(const std::string& part) const {
        int found = 0;
        const auto text = _text.str();
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++found;
        return found;
    }

    TwoClocks _clock;
    std::ostringstream _text;
    logging::StreamSink _sink{_text};
    logging::Logger _logger{_sink, _clock, provider::LogLevel::debug};
    SteadyWall _wall{_clock, _logger.channel("test")};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SteadyWallTest);
