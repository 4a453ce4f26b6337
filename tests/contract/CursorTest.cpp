// SPDX-License-Identifier: Apache-2.0
// Pages of a growing list: no entry twice, and no initial entry left out.
#include "ApiWorld.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

#include <Poco/JSON/Array.h>

using namespace central_oauth::test;

class CursorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CursorTest);
    CPPUNIT_TEST(testInsertsBetweenPages);
    CPPUNIT_TEST(testRemovalsBetweenPages);
    CPPUNIT_TEST(testCursorsOfOthers);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int initialAccounts = 5;

public:
    void setUp() override {
        _world = std::make_unique<ApiWorld>();
        for (int i = 0; i < initialAccounts; ++i)
            _initial.insert(linked());
    }
    void tearDown() override { _world.reset(); }

    void testInsertsBetweenPages() {
        for (int limit = 1; limit <= initialAccounts + 1; ++limit) {
            const auto before = all();
            std::set<std::string> during;
            const auto seen = walk(limit, [&](int page) {
                if (page <= 2)
                    during.insert(linked());
            });
            expectEachOnce(seen, limit);
            for (const auto& id : before)
                CPPUNIT_ASSERT_MESSAGE("left out with limit " + std::to_string(limit), contains(seen, id));
            for (const auto& id : seen)
                CPPUNIT_ASSERT_MESSAGE("from nowhere", before.count(id) + during.count(id) == 1);
        }
    }

    void testRemovalsBetweenPages() {
        for (int limit = 1; limit <= 3; ++limit) {
            const auto before = all();
            std::string removed;
            const auto seen = walk(limit, [&](int page) {
                if (page != 1)
                    return;
                removed = _lastOfPage;
                CPPUNIT_ASSERT_EQUAL(200,
                                     _world->call("DELETE", "/v1/tokens/" + removed, _world->key()).status);
            });
            expectEachOnce(seen, limit);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the cursor works though its entry is gone", before.size(),
                                         seen.size());
        }
    }

    void testCursorsOfOthers() {
        const auto page = _world->call("GET", "/v1/accounts?limit=1", _world->key());
        const auto cursor = page.text("next_cursor");
        CPPUNIT_ASSERT(!cursor.empty());
        for (const std::string text : {"x", "0", "-1", "AAAAAAAAAAAAAAAA"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                text, 400, _world->call("GET", "/v1/accounts?cursor=" + text, _world->key()).status);
        const auto other = _world->call("GET", "/v1/accounts?cursor=" + cursor, _world->otherKey());
        CPPUNIT_ASSERT_MESSAGE("another client's cursor shows nothing of that client",
                               other.status == 400 || other.json()->getArray("items")->size() == 0);
    }

private:
    std::string linked() {
        return _world->service()
            .linkAccount(R"({"subject":")" + _world->freshSubject() + "\"}")
            .text("account_id");
    }

    // Returns all ids in page order; calls `between` after each page but the last.
    template <class Between>
    std::vector<std::string> walk(int limit, const Between& between) {
        std::vector<std::string> ids;
        std::string cursor;
        for (int page = 1; page < 1000; ++page) {
            const auto answer = _world->call("GET",
                                             "/v1/accounts?limit=" + std::to_string(limit) +
                                                 (cursor.empty() ? "" : "&cursor=" + cursor),
                                             _world->key());
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            const auto items = answer.json()->getArray("items");
            CPPUNIT_ASSERT(items->size() <= static_cast<std::size_t>(limit));
            for (unsigned i = 0; i < items->size(); ++i)
                ids.push_back(items->getObject(i)->getValue<std::string>("account_id"));
            if (answer.json()->isNull("next_cursor"))
                return ids;
            _lastOfPage = ids.back();
            cursor = answer.text("next_cursor");
            between(page);
        }
        CPPUNIT_FAIL("the list has no end");
        return ids;
    }

    std::set<std::string> all() {
        const auto ids = walk(200, [](int) {});
        return {ids.begin(), ids.end()};
    }

    static bool contains(const std::vector<std::string>& ids, const std::string& id) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    }

    static void expectEachOnce(const std::vector<std::string>& ids, int limit) {
        const std::set<std::string> distinct(ids.begin(), ids.end());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("twice with limit " + std::to_string(limit), distinct.size(),
                                     ids.size());
    }

    std::unique_ptr<ApiWorld> _world;
    std::set<std::string> _initial;
    std::string _lastOfPage;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CursorTest);
