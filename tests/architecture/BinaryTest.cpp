// SPDX-License-Identifier: Apache-2.0
// The built binaries: one exported symbol per plugin, test hooks only where they belong, hardening.
#include "../support/ChildProcess.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

using namespace central_oauth::test;

class BinaryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BinaryTest);
    CPPUNIT_TEST(testEachPluginExportsOneSymbol);
    CPPUNIT_TEST(testTestHooksAreWhereTheyBelong);
#if !defined(__SANITIZE_ADDRESS__) &&                                                                        \
    !defined(__SANITIZE_THREAD__) // sanitizer builds are hardened by other means
    CPPUNIT_TEST(testDaemonIsHardened);
#endif
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachPluginExportsOneSymbol() {
        int plugins = 0;
        for (const auto& entry : std::filesystem::directory_iterator(CENTRAL_OAUTH_PLUGIN_DIR)) {
            if (entry.path().extension() != ".so")
                continue;
            ++plugins;
            const auto symbols = runToEnd("/usr/bin/nm", {"-D", "--defined-only", entry.path().string()}, {});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(symbols.errors, 0, symbols.exitCode);
            std::istringstream lines(symbols.output);
            std::vector<std::string> names;
            for (std::string line; std::getline(lines, line);) {
                // The version script exports its own name as an absolute symbol, which no program can call.
                if (line.find(" A ") == std::string::npos)
                    names.push_back(line.substr(line.rfind(' ') + 1));
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(symbols.output, std::size_t(1), names.size());
            CPPUNIT_ASSERT_EQUAL(std::string("central_oauth_provider_v1"), names.front());
        }
        CPPUNIT_ASSERT(plugins > 0);
    }

    void testTestHooksAreWhereTheyBelong() {
        const auto bytes = contents();
        CPPUNIT_ASSERT(bytes.size() > 100'000);
        for (const char* hook :
             {"CENTRAL_OAUTH_TEST_CLOCK", "CENTRAL_OAUTH_TEST_ECHO", "CENTRAL_OAUTH_TEST_ROUTES",
              "CENTRAL_OAUTH_TEST_KILL", "CENTRAL_OAUTH_TEST_NO_JOURNAL", "CENTRAL_OAUTH_TEST_KEEP_GRANTS"}) {
            const bool isThere = bytes.find(hook) != std::string::npos;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hook, bool(CENTRAL_OAUTH_EXPECT_TEST_HOOKS), isThere);
        }
    }

    void testDaemonIsHardened() {
        const auto dynamic = runToEnd("/usr/bin/readelf", {"-W", "-d", "-l", "-n", daemon()}, {});
        CPPUNIT_ASSERT_EQUAL(0, dynamic.exitCode);
        for (const std::string mark : {"GNU_RELRO", "BIND_NOW", "PIE"})
            CPPUNIT_ASSERT_MESSAGE(mark + " is missing", dynamic.output.find(mark) != std::string::npos);
#if defined(__x86_64__)
        // Reads the code and not the ELF note: the linker drops the note from the whole file if one start-up
        // object of the C library lacks it.
        const std::string endbr64 = "\xf3\x0f\x1e\xfa";
        const auto bytes = contents();
        std::size_t marks = 0;
        for (auto at = bytes.find(endbr64); at != std::string::npos; at = bytes.find(endbr64, at + 1))
            ++marks;
        CPPUNIT_ASSERT_MESSAGE("control-flow protection", marks > 1000);
        const auto symbols = runToEnd("/usr/bin/nm", {"-D", daemon()}, {});
        CPPUNIT_ASSERT_MESSAGE("stack protector",
                               symbols.output.find("__stack_chk_fail") != std::string::npos);
#endif
    }

private:
    static std::string contents() {
        std::ifstream file(daemon(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    static std::string daemon() {
        return std::string(CENTRAL_OAUTH_BIN_DIR) + "/central-oauthd";
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BinaryTest);
