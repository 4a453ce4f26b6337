// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/FileReplacement.h"

#include "TemporaryFolder.h"
#include "central_oauth/platform/Files.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::platform;
using central_oauth::platform::test::contentOf;
using central_oauth::provider::Secret;
namespace fs = std::filesystem;

class FileReplacementTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileReplacementTest);
    CPPUNIT_TEST(testReplacesAtOnceForTheOwnerAlone);
    CPPUNIT_TEST(testCopiesThePermissionsOfAModel);
    CPPUNIT_TEST(testRemovesWhatIsNotCommitted);
    CPPUNIT_TEST(testRefusesAnExistingName);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReplacesAtOnceForTheOwnerAlone() {
        fs::permissions(_file, fs::perms(0644));
        FileReplacement next(_file, _beside);
        next.write(Secret("new"));
        CPPUNIT_ASSERT_EQUAL(std::string("old"), contentOf(_file));
        next.commit();
        CPPUNIT_ASSERT_EQUAL(std::string("new"), contentOf(_file));
        CPPUNIT_ASSERT(fs::status(_file).permissions() == fs::perms(0600));
        CPPUNIT_ASSERT(!fs::exists(_beside));
    }

    void testCopiesThePermissionsOfAModel() {
        fs::permissions(_file, fs::perms(0640));
        const auto before = openRegularFile(_file);
        FileReplacement next(_file, _beside);
        next.write(Secret("new"), &before);
        next.commit();
        CPPUNIT_ASSERT(fs::status(_file).permissions() == fs::perms(0640));
    }

    void testRemovesWhatIsNotCommitted() {
        { FileReplacement(_file, _beside).write(Secret("new")); }
        CPPUNIT_ASSERT_EQUAL(std::string("old"), contentOf(_file));
        CPPUNIT_ASSERT(!fs::exists(_beside));
    }

    void testRefusesAnExistingName() {
        fs::create_symlink(_folder.path() / "elsewhere", _beside);
        CPPUNIT_ASSERT_THROW(FileReplacement(_file, _beside), FileError);
        CPPUNIT_ASSERT(fs::is_symlink(_beside) && !fs::exists(_folder.path() / "elsewhere"));
    }

private:
    central_oauth::platform::test::TemporaryFolder _folder;
    fs::path _file = _folder.file("file", "old");
    fs::path _beside = _folder.path() / "next";
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileReplacementTest);
