// SPDX-License-Identifier: Apache-2.0
// Upstream's Date compared with this machine's clock: one line for each change, not for each call.
#include "central_oauth/httpclient/DateWatch.h"

#include "central_oauth/logging/LogSink.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>

using namespace central_oauth;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
class SetClock final : public base::Clock {
public:
    std::chrono::seconds time{784'111'777};
    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::time_point(time);
    }
};

} // namespace

class DateWatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DateWatchTest);
    CPPUNIT_TEST(testMinuteIsTolerated);
    CPPUNIT_TEST(testDifferenceIsOneWarning);
    CPPUNIT_TEST(testFurtherChangeIsAnotherWarning);
    CPPUNIT_TEST(testHostsAreToldApart);
    CPPUNIT_TEST(testMalformedDateIsIgnored);
    CPPUNIT_TEST_SUITE_END();

    const std::string _date = "Sun, 06 Nov 1994 08:49:37 GMT";
    SetClock _clock;
    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    logging::Logger _logger{_sink, _clock};
    httpclient::DateWatch _watch{_clock, _logger.channel("central_oauth.upstream")};

    [[nodiscard]] int count(const std::string& level) const {
        int found = 0;
        const std::string text = _lines.str();
        const std::string wanted = R"("level":")" + level + '"';
        for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
            ++found;
        return found;
    }

    void lookAfter(std::chrono::seconds ahead, const std::string& host = "auth.example") {
        _clock.time = std::chrono::seconds(784'111'777) + ahead;
        _watch.look(host, _date);
    }

public:
    void testMinuteIsTolerated() {
        for (const auto ahead : {0s, 1s, 60s, -60s})
            lookAfter(ahead);
        CPPUNIT_ASSERT_EQUAL(std::string(), _lines.str());
    }

    void testDifferenceIsOneWarning() {
        for (const auto ahead : {61s, 62s, 100s})
            lookAfter(ahead);
        CPPUNIT_ASSERT_EQUAL(1, count("WARNING"));
        for (const char* part : {R"("host":"auth.example")", R"("own_time":"1994-11-06T08:50:38Z")",
                                 R"("upstream_time":"1994-11-06T08:49:37Z")", R"("ahead_by_s":61)"})
            CPPUNIT_ASSERT_MESSAGE(_lines.str(), _lines.str().find(part) != std::string::npos);
        lookAfter(0s);
        lookAfter(0s);
        CPPUNIT_ASSERT_EQUAL(1, count("INFO"));
        lookAfter(-61s);
        CPPUNIT_ASSERT_EQUAL(2, count("WARNING"));
    }

    void testFurtherChangeIsAnotherWarning() {
        lookAfter(100s);
        lookAfter(161s);
        lookAfter(-161s);
        CPPUNIT_ASSERT_EQUAL(3, count("WARNING"));
        CPPUNIT_ASSERT_EQUAL(0, count("INFO"));
    }

    void testHostsAreToldApart() {
        lookAfter(100s);
        lookAfter(100s, "api.example");
        CPPUNIT_ASSERT_EQUAL(2, count("WARNING"));
    }

    void testMalformedDateIsIgnored() {
        _clock.time += 86400s;
        for (const char* date : {"", "now", "Sun, 06 Nov 1994 08:49:37", "1994-11-06T08:49:37Z",
                                 "Sun, 99 Nov 1994 08:49:37 GMT"})
            _watch.look("auth.example", date);
        CPPUNIT_ASSERT_EQUAL(std::string(), _lines.str());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DateWatchTest);
