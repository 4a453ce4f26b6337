// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/Files.h"

#include "TemporaryFolder.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
namespace fs = std::filesystem;

class FilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FilesTest);
    CPPUNIT_TEST(testMakesPrivateDirectoriesOnTheWay);
    CPPUNIT_TEST(testMakesPrivateFileOnce);
    CPPUNIT_TEST(testRestrictsToOwner);
    CPPUNIT_TEST(testFileIsNoDirectory);
    CPPUNIT_TEST(testOpensRegularFilesOnly);
    CPPUNIT_TEST(testReplacesFile);
    CPPUNIT_TEST(testNamesNetworkFileSystems);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMakesPrivateDirectoriesOnTheWay() {
        const fs::path directory = _folder.path() / "a" / "b";
        platform::makePrivateDirectory(directory);
        CPPUNIT_ASSERT(fs::status(directory).permissions() == fs::perms::owner_all);
        CPPUNIT_ASSERT(fs::status(directory.parent_path()).permissions() == fs::perms::owner_all);
        CPPUNIT_ASSERT_NO_THROW(platform::makePrivateDirectory(directory));
        CPPUNIT_ASSERT(platform::isWritable(directory));
    }

    void testMakesPrivateFileOnce() {
        const fs::path file = _folder.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        CPPUNIT_ASSERT(!platform::makePrivateFile(file));
        CPPUNIT_ASSERT_THROW(static_cast<void>(platform::makePrivateFile(_folder.path() / "none" / "file")),
                             std::system_error);
    }

    void testRestrictsToOwner() {
        const fs::path file = _folder.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT(!platform::restrictToOwner(file));
        fs::permissions(file, fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
        CPPUNIT_ASSERT(platform::restrictToOwner(file));
        CPPUNIT_ASSERT(!platform::restrictToOwner(_folder.path() / "none"));
        CPPUNIT_ASSERT(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    }

    void testFileIsNoDirectory() {
        const fs::path file = _folder.path() / "file";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        CPPUNIT_ASSERT_THROW(platform::makePrivateDirectory(file / "below"), std::system_error);
    }

    void testOpensRegularFilesOnly() {
        const fs::path link = _folder.path() / "link";
        fs::create_symlink(_folder.file("file", "content"), link);
        for (const auto& path : {link, _folder.path(), _folder.path() / "none"})
            CPPUNIT_ASSERT_THROW(static_cast<void>(platform::openRegularFile(path)), platform::FileError);
    }

    void testReplacesFile() {
        const auto file = _folder.file("file", "old");
        platform::replaceFile(_folder.file("next", "new"), file);
        CPPUNIT_ASSERT_EQUAL(std::string("new"), platform::test::contentOf(file));
        CPPUNIT_ASSERT(!fs::exists(_folder.path() / "next"));
        CPPUNIT_ASSERT_THROW(platform::replaceFile(_folder.path() / "next", file), platform::FileError);
    }

    void testNamesNetworkFileSystems() {
        CPPUNIT_ASSERT_EQUAL(std::string("NFS"), std::string(platform::networkFileSystemName(0x6969)));
        CPPUNIT_ASSERT_EQUAL(std::string("SMB2"), std::string(platform::networkFileSystemName(0xFE534D42)));
        CPPUNIT_ASSERT(platform::networkFileSystemName(0xEF53).empty()); // ext4
        CPPUNIT_ASSERT(platform::networkFileSystem(_folder.path()).empty());
    }

private:
    platform::test::TemporaryFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilesTest);
