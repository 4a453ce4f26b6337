// SPDX-License-Identifier: Apache-2.0
#include "PlatformFiles.h"

#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

namespace fs = std::filesystem;

class PlatformFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlatformFilesTest);
    CPPUNIT_TEST(testMakesPrivateDirectoriesOnTheWay);
    CPPUNIT_TEST(testMakesPrivateFileOnce);
    CPPUNIT_TEST(testRestrictsToOwner);
    CPPUNIT_TEST(testFileIsNoWritableDirectory);
    CPPUNIT_TEST(testNamesNetworkFileSystems);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMakesPrivateDirectoriesOnTheWay() {
        const fs::path directory = _directory.path() / "a" / "b";
        platform::makePrivateDirectory(directory);
        CPPUNIT_ASSERT(fs::status(directory).permissions() == fs::perms::owner_all);
        CPPUNIT_ASSERT(fs::status(directory.parent_path()).permissions() == fs::perms::owner_all);
        CPPUNIT_ASSERT_NO_THROW(platform::makePrivateDirectory(directory));
        CPPUNIT_ASSERT(platform::isWritableDirectory(directory));
    }

    void testMakesPrivateFileOnce() {
        const fs::path file = _directory.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        CPPUNIT_ASSERT(!platform::makePrivateFile(file));
        CPPUNIT_ASSERT_THROW(
            static_cast<void>(platform::makePrivateFile(_directory.path() / "none" / "file")),
            std::system_error);
    }

    void testRestrictsToOwner() {
        const fs::path file = _directory.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT(!platform::restrictToOwner(file));
        fs::permissions(file, fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
        CPPUNIT_ASSERT(platform::restrictToOwner(file));
        CPPUNIT_ASSERT(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    }

    void testFileIsNoWritableDirectory() {
        const fs::path file = _directory.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT(!platform::isWritableDirectory(file));
        CPPUNIT_ASSERT_THROW(platform::makePrivateDirectory(file / "below"), std::system_error);
    }

    void testNamesNetworkFileSystems() {
        CPPUNIT_ASSERT_EQUAL(std::string("NFS"), std::string(platform::networkFileSystemName(0x6969)));
        CPPUNIT_ASSERT_EQUAL(std::string("SMB2"), std::string(platform::networkFileSystemName(0xFE534D42)));
        CPPUNIT_ASSERT(platform::networkFileSystemName(0xEF53).empty()); // ext4
        CPPUNIT_ASSERT(platform::networkFileSystem(_directory.path()).empty());
    }

private:
    TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlatformFilesTest);
