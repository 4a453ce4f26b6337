// SPDX-License-Identifier: Apache-2.0
// docs/architecture.md shows the link transitions of the code.
#include "central_oauth/domain/LinkLife.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace central_oauth::domain;

namespace {

// Makes one row for each status that is not final.
std::string tableOfTransitions() {
    std::string table = "| a link that is | becomes |\n|---|---|\n";
    for (std::size_t i = 0; i < linkTransitions.size(); ++i) {
        const auto& row = linkTransitions[i];
        if (i == 0 || linkTransitions[i - 1].from != row.from)
            table += (i == 0 ? "| " : " |\n| ") + std::string(nameOf(row.from)) + " | ";
        else
            table += "; ";
        table += std::string(nameOf(row.event)) + " → " + std::string(nameOf(row.to));
    }
    return table + " |\n";
}

} // namespace

class LinkTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkTableTest);
    CPPUNIT_TEST(testPageShowsEachTransition);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPageShowsEachTransition() {
        std::ifstream file(std::filesystem::path(CENTRAL_OAUTH_SOURCE_DIR) / "docs/architecture.md");
        std::ostringstream page;
        page << file.rdbuf();
        const auto table = tableOfTransitions();
        CPPUNIT_ASSERT_MESSAGE("docs/architecture.md needs this table:\n" + table,
                               page.str().find(table) != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkTableTest);
