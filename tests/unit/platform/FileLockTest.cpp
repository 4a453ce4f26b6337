// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/FileLock.h"

#include "TemporaryFolder.h"
#include "central_oauth/platform/Files.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>

using namespace central_oauth::platform;
namespace fs = std::filesystem;

class FileLockTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileLockTest);
    CPPUNIT_TEST(testRefusesSecondHolder);
    CPPUNIT_TEST(testLetsGoAndKeepsFile);
    CPPUNIT_TEST(testWaitsForHolderToLetGo);
    CPPUNIT_TEST(testFailsWhereFileCannotBe);
    CPPUNIT_TEST(testFollowsNoLink);
    CPPUNIT_TEST(testLocksAFolder);
    CPPUNIT_TEST(testKnowsThatTheFileWasReplaced);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRefusesSecondHolder() {
        auto first = FileLock::ofLockFile(_file);
        CPPUNIT_ASSERT(first.tryAcquire());
        auto second = FileLock::ofLockFile(_file);
        CPPUNIT_ASSERT(!second.tryAcquire());
        int waits = 0;
        CPPUNIT_ASSERT(!second.acquire(std::chrono::milliseconds(50), [&] { ++waits; }));
        CPPUNIT_ASSERT_EQUAL(1, waits);
        CPPUNIT_ASSERT(!second.acquire(std::chrono::milliseconds(0), [&] { ++waits; }));
        CPPUNIT_ASSERT_EQUAL(1, waits);
    }

    void testLetsGoAndKeepsFile() {
        CPPUNIT_ASSERT(FileLock::ofLockFile(_file).tryAcquire());
        CPPUNIT_ASSERT(fs::status(_file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        CPPUNIT_ASSERT(FileLock::ofLockFile(_file).tryAcquire());
    }

    void testWaitsForHolderToLetGo() {
        auto first = std::make_unique<FileLock>(FileLock::ofLockFile(_file));
        CPPUNIT_ASSERT(first->tryAcquire());
        auto second = std::async(std::launch::async, [this] {
            auto lock = FileLock::ofLockFile(_file);
            return lock.acquire(std::chrono::seconds(30));
        });
        auto third = std::async(std::launch::async, [this] { FileLock::ofLockFile(_file).acquire(); });
        first.reset();
        CPPUNIT_ASSERT(second.get());
        CPPUNIT_ASSERT_NO_THROW(third.get());
    }

    void testFailsWhereFileCannotBe() {
        CPPUNIT_ASSERT_THROW(static_cast<void>(FileLock::ofLockFile(_folder.path() / "none" / "lock")),
                             FileError);
        CPPUNIT_ASSERT_THROW(static_cast<void>(FileLock::ofReplacedFile(_file)), FileError);
        CPPUNIT_ASSERT_THROW(static_cast<void>(FileLock::ofFolder(_folder.file("file", ""))), FileError);
    }

    void testFollowsNoLink() {
        fs::create_symlink(_folder.path() / "elsewhere", _file);
        try {
            static_cast<void>(FileLock::ofLockFile(_file));
            CPPUNIT_FAIL("followed");
        } catch (const FileError& failure) {
            CPPUNIT_ASSERT(std::string(failure.what()).find("which is a symbolic link") != std::string::npos);
        }
        CPPUNIT_ASSERT(!fs::exists(_folder.path() / "elsewhere"));
    }

    void testLocksAFolder() {
        auto first = FileLock::ofFolder(_folder.path());
        CPPUNIT_ASSERT(first.tryAcquire());
        CPPUNIT_ASSERT(!FileLock::ofFolder(_folder.path()).tryAcquire());
    }

    void testKnowsThatTheFileWasReplaced() {
        const auto file = _folder.file("file", "old");
        auto lock = FileLock::ofReplacedFile(file);
        CPPUNIT_ASSERT(lock.isOf(openRegularFile(file)));
        replaceFile(_folder.file("next", "new"), file);
        CPPUNIT_ASSERT(!lock.isOf(openRegularFile(file)));
    }

private:
    central_oauth::platform::test::TemporaryFolder _folder;
    fs::path _file = _folder.path() / "lock";
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileLockTest);
