// SPDX-License-Identifier: Apache-2.0
// Platform file (Windows): an update finds a plugin in use. That it can be renamed meanwhile is true of
// Windows, but not of wine.
#include "PluginFolder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>

using namespace central_oauth;
namespace fs = std::filesystem;

class HeldPluginTest : public loader::test::PluginFolder {
    CPPUNIT_TEST_SUITE(HeldPluginTest);
    CPPUNIT_TEST(testALoadedPluginIsRefusedAsATarget);
    CPPUNIT_TEST_SUITE_END();

public:
    void testALoadedPluginIsRefusedAsATarget() {
        const auto file = install("fixture-good");
        const auto size = fs::file_size(file);
        const auto outcome = loader::loadPlugins(_directory, {"fixture-good"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, outcome.libraries.size());
        CPPUNIT_ASSERT_THROW(
            fs::copy_file(fs::path(JIRA_PLUGIN_DIR) / "jira.dll", file, fs::copy_options::overwrite_existing),
            fs::filesystem_error);
        CPPUNIT_ASSERT_EQUAL(size, fs::file_size(file));
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), outcome.libraries.at(0).version());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeldPluginTest);
