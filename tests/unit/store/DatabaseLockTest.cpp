// SPDX-License-Identifier: Apache-2.0
#include "DatabaseLock.h"

#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::store;

class DatabaseLockTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseLockTest);
    CPPUNIT_TEST(testRefusesSecondHolder);
    CPPUNIT_TEST(testLetsGoAndKeepsFile);
    CPPUNIT_TEST(testWaitsForHolderToLetGo);
    CPPUNIT_TEST(testFailsWhereFileCannotBe);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRefusesSecondHolder() {
        const DatabaseLock first(_file, std::chrono::seconds(0));
        try {
            const DatabaseLock second(_file, std::chrono::seconds(0));
            CPPUNIT_FAIL("two locks at once");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.fault() == StoreFault::locked);
            CPPUNIT_ASSERT(std::string(error.what()).find("db.lock") != std::string::npos);
        }
    }

    void testLetsGoAndKeepsFile() {
        { const DatabaseLock first(_file, std::chrono::seconds(0)); }
        CPPUNIT_ASSERT(std::filesystem::exists(_file));
        CPPUNIT_ASSERT_NO_THROW(DatabaseLock(_file, std::chrono::seconds(0)));
    }

    void testWaitsForHolderToLetGo() {
        auto first = std::make_unique<DatabaseLock>(_file, std::chrono::seconds(0));
        auto second = std::async(std::launch::async,
                                 [this] { const DatabaseLock lock(_file, std::chrono::seconds(30)); });
        first.reset();
        CPPUNIT_ASSERT_NO_THROW(second.get());
    }

    void testFailsWhereFileCannotBe() {
        CPPUNIT_ASSERT_THROW(DatabaseLock(_directory.path() / "none" / "db.lock", std::chrono::seconds(0)),
                             std::system_error);
    }

private:
    TemporaryDirectory _directory;
    std::filesystem::path _file = _directory.path() / "db.lock";
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseLockTest);
