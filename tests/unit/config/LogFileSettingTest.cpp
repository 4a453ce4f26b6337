// SPDX-License-Identifier: Apache-2.0
// Valid places for the log; checking one creates no file.
#include "HostSettingsFixture.h"

using namespace central_oauth::config;
using namespace central_oauth::config::test;

class LogFileSettingTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(LogFileSettingTest);
    CPPUNIT_TEST(testReadsLogFiles);
    CPPUNIT_TEST(testRefusesLogFiles);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsLogFiles() {
        const Poco::TemporaryFile file;
        for (const bool isThere : {false, true}) {
            CPPUNIT_ASSERT_EQUAL(file.path(), accepted({{"LOG_FILE", file.path()}}).logFile.string());
            CPPUNIT_ASSERT_MESSAGE("a check creates nothing",
                                   isThere == std::filesystem::exists(file.path()));
            std::ofstream(file.path()) << "line\n";
        }
    }

    void testRefusesLogFiles() {
        assertFault("LOG_FILE is not an absolute path; write the full path", {{"LOG_FILE", "central.log"}});
        const auto folder = std::filesystem::temp_directory_path().string();
        for (const auto& odd : {folder, std::string("/dev/null"), std::string("/")})
            assertFault("LOG_FILE names something that is not a file; write the path of a file",
                        {{"LOG_FILE", odd}});
        for (const auto& odd : {folder + "/absent-central-oauth/log", std::string("/nonexistent/")})
            assertFault("LOG_FILE names a file in a directory that does not exist; create the directory",
                        {{"LOG_FILE", odd}});
        // A folder of the kernel, where even root can make no file.
        assertFault("LOG_FILE names a file in a directory that does not exist; ",
                    {{"LOG_FILE", "/proc/1/x/y"}});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFileSettingTest);
