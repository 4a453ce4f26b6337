// SPDX-License-Identifier: Apache-2.0
// Counts the lines that a product needs, and those that products share.
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

namespace fs = std::filesystem;

bool isSource(const fs::path& path) {
    return path.extension() == ".h" || path.extension() == ".cpp" || path.filename() == "CMakeLists.txt";
}

/// Returns the number of lines of all sources below a folder of the project, comments and empty lines
/// included.
std::size_t linesOf(const std::string& folder) {
    std::size_t lines = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / folder)) {
        if (!entry.is_regular_file() || !isSource(entry.path()))
            continue;
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);)
            ++lines;
    }
    std::cout << "inventory: " << folder << ' ' << lines << " lines\n";
    return lines;
}

} // namespace

class InventoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InventoryTest);
    CPPUNIT_TEST(testAProductIsLessThan120Lines);
    CPPUNIT_TEST(testSharedCodeIsOutsideTheProducts);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAProductIsLessThan120Lines() {
        for (const std::string product : {"plugins/jira", "plugins/confluence"}) {
            const auto lines = linesOf(product);
            CPPUNIT_ASSERT_MESSAGE(product + " is not there", lines > 10);
            CPPUNIT_ASSERT_MESSAGE(product + " has code that products should share", lines < 120);
        }
    }

    void testSharedCodeIsOutsideTheProducts() {
        for (const std::string shared : {"plugins/atlassian", "shared/oauth2"})
            CPPUNIT_ASSERT_MESSAGE(shared, linesOf(shared) > 120);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InventoryTest);
