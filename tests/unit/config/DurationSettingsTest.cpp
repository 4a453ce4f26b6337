// SPDX-License-Identifier: Apache-2.0
// Durations as operators write them, up to their limits.
#include "HostSettingsFixture.h"

using namespace central_oauth::config;
using namespace central_oauth::config::test;

class DurationSettingsTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(DurationSettingsTest);
    CPPUNIT_TEST(testReadsDurations);
    CPPUNIT_TEST(testRefusesDurations);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsDurations() {
        using std::chrono::seconds;
        for (const auto& [text, expected] :
             {std::pair("30", 30), std::pair("30s", 30), std::pair("600", 600), std::pair("10m", 600),
              std::pair("0000000090", 90), std::pair("001m", 60)})
            CPPUNIT_ASSERT_MESSAGE(text, accepted({{"LINK_TTL", text}}).linkTtl == seconds(expected));
        CPPUNIT_ASSERT(accepted({{"LOCK_WAIT", "0"}}).lockWait == seconds(0));
        CPPUNIT_ASSERT(accepted({{"LOCK_WAIT", "1h"}}).lockWait == std::chrono::hours(1));
        CPPUNIT_ASSERT(accepted({{"AUDIT_RETENTION", "1d"}}).auditRetention == seconds(86400));
        CPPUNIT_ASSERT(accepted({{"AUDIT_RETENTION", "24h"}}).auditRetention == seconds(86400));
        CPPUNIT_ASSERT(accepted({{"AUDIT_RETENTION", "36500d"}}).auditRetention ==
                       std::chrono::hours(24 * 36500));
    }

    void testRefusesDurations() {
        const auto refused = [](const std::string& name, const std::string& range,
                                std::initializer_list<const char*> values) {
            for (const auto* value : values)
                assertFault(
                    name + " is not a duration from " + range +
                        "; write a whole number followed by d, h, m or s, or a number of seconds, as in ",
                    {{name, value}});
        };
        // The last one would be 128 seconds if it overflowed.
        refused("LINK_TTL", "30s to 10m",
                {"29", "601", "29s", "11m", "-60", "+60", "6e1", "1.5m", "1m30s", "m", "60S", "60ms", "10M",
                 "5w", "0x1Em", "99999999999999999999", "106751991167301d", "9223372036854775807d",
                 "94368760191893771d"});
        refused("LOCK_WAIT", "0s to 1h", {"3601", "61m", "-1", "x"});
        for (const std::string name : {"GRANT_MAX_UNUSED", "GRANT_MAX_AGE"})
            refused(name, "1d to 36500d", {"0", "23h", "36501d", "90"});
        refused("AUDIT_RETENTION", "1d to 36500d", {"0", "0d", "23h", "86399", "36501d", "400"});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DurationSettingsTest);
