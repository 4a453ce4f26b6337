// SPDX-License-Identifier: Apache-2.0
// The lists of tests that are not run somewhere: each entry names a test that exists, and says why.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace fs = std::filesystem;

namespace {

const fs::path tests = fs::path(CENTRAL_OAUTH_SOURCE_DIR) / "tests";

// Returns the sources of all suites by their name.
std::map<std::string, std::string> suites() {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(tests)) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h")
            continue;
        std::ifstream file(entry.path());
        std::ostringstream text;
        text << file.rdbuf();
        found[entry.path().stem().string()] += text.str();
    }
    return found;
}

std::string faultOf(const std::string& line, const std::map<std::string, std::string>& known) {
    std::istringstream words(line);
    std::string name;
    std::string reason;
    words >> name >> reason;
    const auto colons = name.find("::");
    const auto suite = known.find(name.substr(0, colons));
    if (suite == known.end())
        return name + " names no suite\n";
    if (colons != std::string::npos &&
        suite->second.find("CPPUNIT_TEST(" + name.substr(colons + 2) + ")") == std::string::npos)
        return name + " names no test\n";
    return reason.empty() ? name + " has no reason\n" : std::string();
}

} // namespace

class LeftOutTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LeftOutTest);
    CPPUNIT_TEST(testEachEntryNamesATestAndAReason);
    CPPUNIT_TEST(testFaultsAreFound);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachEntryNamesATestAndAReason() {
        const auto known = suites();
        std::string faults;
        std::size_t entries = 0;
        for (const std::string list : {"unit/left-out-on-windows.txt", "integration/left-out-of-windows.txt",
                                       "integration/left-out-of-sanitizers.txt"}) {
            std::ifstream lines(tests / list);
            CPPUNIT_ASSERT_MESSAGE(list, lines.is_open());
            for (std::string line; std::getline(lines, line);) {
                if (line.empty() || line.front() == '#')
                    continue;
                ++entries;
                faults += faultOf(line, known);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), faults);
        CPPUNIT_ASSERT(entries > 100);
    }

    void testFaultsAreFound() {
        const auto known = suites();
        CPPUNIT_ASSERT_EQUAL(std::string(), faultOf("LeftOutTest::testFaultsAreFound why", known));
        CPPUNIT_ASSERT_EQUAL(std::string("LeftOutTest::testGone names no test\n"),
                             faultOf("LeftOutTest::testGone why", known));
        CPPUNIT_ASSERT_EQUAL(std::string("GoneTest names no suite\n"), faultOf("GoneTest why", known));
        CPPUNIT_ASSERT_EQUAL(std::string("LeftOutTest has no reason\n"), faultOf("LeftOutTest", known));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LeftOutTest);
