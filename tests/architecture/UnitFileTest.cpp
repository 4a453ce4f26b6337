// SPDX-License-Identifier: Apache-2.0
// The systemd unit: its rules for restarts, and systemd's own verdict.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

using namespace central_oauth::test;
namespace fs = std::filesystem;

class UnitFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnitFileTest);
    CPPUNIT_TEST(testRestartsAtOnceAfterACrash);
    CPPUNIT_TEST(testAWrongConfigurationIsNotRetried);
    CPPUNIT_TEST(testAHangIsNoticed);
    CPPUNIT_TEST(testNamesItsOwnDocuments);
    CPPUNIT_TEST(testSystemdFindsNoFault);
    CPPUNIT_TEST(testItIsConfined);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRestartsAtOnceAfterACrash() {
        CPPUNIT_ASSERT_EQUAL(std::string("always"), valueOf("Restart"));
        CPPUNIT_ASSERT_EQUAL(std::string("500ms"), valueOf("RestartSec"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), valueOf("StartLimitIntervalSec"));
    }

    void testAWrongConfigurationIsNotRetried() {
        std::istringstream codes(valueOf("RestartPreventExitStatus"));
        std::set<int> never;
        for (int code = 0; codes >> code;)
            never.insert(code);
        CPPUNIT_ASSERT((never == std::set<int>{64, 78}));
    }

    void testAHangIsNoticed() {
        CPPUNIT_ASSERT_EQUAL(std::string("notify"), valueOf("Type"));
        CPPUNIT_ASSERT_EQUAL(std::string("30s"), valueOf("WatchdogSec"));
    }

    void testNamesItsOwnDocuments() {
        const auto page = valueOf("Documentation");
        const std::string prefix = "file:///usr/share/doc/central-oauth/";
        CPPUNIT_ASSERT_MESSAGE(page, page.starts_with(prefix));
        CPPUNIT_ASSERT(fs::exists(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / "docs" / page.substr(prefix.size())));
    }

    void testSystemdFindsNoFault() {
        const auto finished = analyze({"verify", "--man=no", copy()});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), finished.errors);
    }

    void testItIsConfined() {
        // The threshold is in tenths: 15 is an exposure of 1.5.
        const auto finished = analyze({"security", "--offline=true", "--threshold=15", copy()});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, 0, finished.exitCode);
    }

private:
    static std::string unit() {
        std::ifstream file(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / "etc/systemd/central-oauthd.service");
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    static std::string valueOf(const std::string& key) {
        const auto text = unit();
        const auto at = text.find('\n' + key + '=');
        CPPUNIT_ASSERT_MESSAGE(key, at != std::string::npos);
        const auto begin = at + key.size() + 2;
        return text.substr(begin, text.find('\n', begin) - begin);
    }

    // Returns a copy of the unit that names the built daemon, because systemd checks that the program exists.
    [[nodiscard]] std::string copy() const {
        auto text = unit();
        const std::string installed = "/usr/bin/central-oauthd";
        const auto at = text.find(installed);
        CPPUNIT_ASSERT(at != std::string::npos);
        text.replace(at, installed.size(), programPath("central-oauthd").string());
        const auto file = _folder.path() / "central-oauthd.service";
        std::ofstream(file) << text;
        return file.string();
    }

    static Finished analyze(const std::vector<std::string>& arguments) {
        return runToEnd("/usr/bin/systemd-analyze", arguments, {});
    }

    TemporaryFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnitFileTest);
