// SPDX-License-Identifier: Apache-2.0
// docs/plugins.md shows the built example, character for character.
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string contentsOf(const fs::path& file) {
    std::ifstream stream(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Returns the texts of all fenced blocks of a language.
std::vector<std::string> blocksOf(const std::string& page, const std::string& language) {
    std::vector<std::string> blocks;
    const std::string opening = "\n```" + language + "\n";
    for (auto at = page.find(opening); at != std::string::npos; at = page.find(opening, at)) {
        at += opening.size();
        const auto end = page.find("\n```\n", at);
        blocks.push_back(page.substr(at, end + 1 - at));
        at = end;
    }
    return blocks;
}

} // namespace

class PluginPageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginPageTest);
    CPPUNIT_TEST(testPrintsTheExampleThatIsBuilt);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPrintsTheExampleThatIsBuilt() {
        const auto page = contentsOf("docs/plugins.md");
        const auto code = blocksOf(page, "cpp");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("C++ besides the built example", std::size_t(1), code.size());
        CPPUNIT_ASSERT_EQUAL(contentsOf("tests/sdk/example/AcmePlugin.cpp"), code.front());
        const auto build = blocksOf(page, "cmake");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("CMake besides the built example", std::size_t(1), build.size());
        CPPUNIT_ASSERT_EQUAL(contentsOf("tests/sdk/example/CMakeLists.txt"), build.front());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginPageTest);
