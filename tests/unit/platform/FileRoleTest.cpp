// SPDX-License-Identifier: Apache-2.0
// The table of file roles, and that docs show the same one.
#include "RoleTable.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <string>

using namespace central_oauth::platform;

class FileRoleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileRoleTest);
    CPPUNIT_TEST(testWhatCannotBeUsedIsRefusedInEveryRole);
    CPPUNIT_TEST(testWorldWritableFilesAreRefused);
    CPPUNIT_TEST(testTheDocumentedTableIsThisOne);
    CPPUNIT_TEST_SUITE_END();

public:
    void testWhatCannotBeUsedIsRefusedInEveryRole() {
        for (const auto role : allRoles) {
            for (const auto fault : {FileFault::missing, FileFault::unreadable, FileFault::wrongKind,
                                     FileFault::symbolicLink, FileFault::changed, FileFault::tooLarge})
                CPPUNIT_ASSERT(rulingOn(role, fault) == Ruling::refused);
        }
    }

    // The database file is the exception: the store removes the permission and checks the folder.
    void testWorldWritableFilesAreRefused() {
        for (const auto role : allRoles) {
            if (role != FileRole::database)
                CPPUNIT_ASSERT_MESSAGE(std::string(nameOf(role)),
                                       rulingOn(role, FileFault::everybodyWrites) == Ruling::refused &&
                                           rulingOn(role, FileFault::folderEverybodyWrites) ==
                                               Ruling::refused);
        }
    }

    void testTheDocumentedTableIsThisOne() {
        std::ifstream page(CENTRAL_OAUTH_SETTINGS_PAGE);
        std::string documented;
        bool inside = false;
        for (std::string line; std::getline(page, line);) {
            if (line == "<!-- end of file table -->")
                inside = false;
            if (inside)
                documented += line + '\n';
            if (line == "<!-- file table -->")
                inside = true;
        }
        CPPUNIT_ASSERT_EQUAL(table(), documented);
    }

private:
    static std::string table() {
        std::string text =
            "| file | another owner | its group writes | everybody writes | everybody reads | directory of "
            "another owner | its group writes there | everybody writes there |\n"
            "|---|---|---|---|---|---|---|---|\n";
        for (const auto role : allRoles) {
            text += "| " + std::string(nameOf(role)) + " |";
            for (const auto fault : ruledFaults)
                text += " " + wordOf(rulingOn(role, fault)) + " |";
            text += '\n';
        }
        return text;
    }

    static std::string wordOf(Ruling ruling) {
        switch (ruling) {
        case Ruling::accepted:
            return "–";
        case Ruling::warned:
            return "warning";
        case Ruling::refused:
            return "refused";
        }
        return {};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileRoleTest);
