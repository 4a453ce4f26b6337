// SPDX-License-Identifier: Apache-2.0
// The table of settings and its help, and that docs/configuration.md equals them.
#include "central_oauth/config/SettingsTable.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace central_oauth::config;

class SettingsTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTableTest);
    CPPUNIT_TEST(testEveryNameIsPrefixedAndUnique);
    CPPUNIT_TEST(testEverySettingHasOneSentence);
    CPPUNIT_TEST(testFindsSettings);
    CPPUNIT_TEST(testHelpNamesEverySetting);
    CPPUNIT_TEST(testHelpExplainsForms);
    CPPUNIT_TEST(testTheDocumentedTableIsThisOne);
    CPPUNIT_TEST_SUITE_END();

    // Returns the lines of the documentation between the two markers.
    static std::string documentedTable() {
        std::ifstream page(CENTRAL_OAUTH_SETTINGS_PAGE);
        CPPUNIT_ASSERT_MESSAGE(CENTRAL_OAUTH_SETTINGS_PAGE, page.is_open());
        std::string table;
        bool inside = false;
        for (std::string line; std::getline(page, line);) {
            if (line == "<!-- end of settings table -->")
                return table;
            if (inside)
                table += line + '\n';
            inside = inside || line == "<!-- settings table: generated -->";
        }
        return "no markers";
    }

public:
    void testEveryNameIsPrefixedAndUnique() {
        std::set<std::string_view> names;
        for (const auto& spec : settingsTable()) {
            CPPUNIT_ASSERT(spec.name.starts_with("CENTRAL_OAUTH_"));
            CPPUNIT_ASSERT_MESSAGE(std::string(spec.name), names.insert(spec.name).second);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{23}, names.size());
    }

    void testEverySettingHasOneSentence() {
        for (const auto& spec : settingsTable()) {
            const std::string name(spec.name);
            CPPUNIT_ASSERT_MESSAGE(name, spec.help.ends_with('.'));
            CPPUNIT_ASSERT_MESSAGE(name, spec.help.find(". ") == std::string_view::npos);
            CPPUNIT_ASSERT_MESSAGE(name, spec.help.find('|') == std::string_view::npos);
            CPPUNIT_ASSERT_MESSAGE(name, (spec.type == ValueType::number ||
                                          spec.type == ValueType::duration) == (spec.most > spec.least));
        }
    }

    void testFindsSettings() {
        CPPUNIT_ASSERT(findSetting("CENTRAL_OAUTH_SECRET_KEY")->secret);
        CPPUNIT_ASSERT(findSetting("CENTRAL_OAUTH_SECRET") == nullptr);
    }

    void testHelpNamesEverySetting() {
        const auto help = helpText();
        for (const auto& spec : settingsTable()) {
            const auto at = help.find('\n' + std::string(spec.name) + "  ");
            CPPUNIT_ASSERT_MESSAGE(std::string(spec.name), at != std::string::npos);
            const auto line = help.substr(at + 1, help.find('\n', at + 1) - at);
            CPPUNIT_ASSERT_MESSAGE(line, line.find(spec.help) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(line, line.find(std::string("  ") + std::string(spec.defaultValue)) !=
                                             std::string::npos);
        }
        CPPUNIT_ASSERT(help.find("How long a link lives. From 30s to 10m.\n") != std::string::npos);
    }

    void testHelpExplainsForms() {
        for (const auto* text :
             {"NAME_FILE", "$CREDENTIALS_DIRECTORY", "d, h, m or s", "HTTPS_PROXY", "NO_PROXY"})
            CPPUNIT_ASSERT_MESSAGE(text, helpText().find(text) != std::string::npos);
    }

    void testTheDocumentedTableIsThisOne() { CPPUNIT_ASSERT_EQUAL(markdownTable(), documentedTable()); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTableTest);
