// SPDX-License-Identifier: Apache-2.0
// The memory of SQLite, by its own functions: reused, wiped, and released by any thread.
#include "Connection.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <cstddef>
#include <cstring>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <thread>
#include <vector>

using central_oauth::store::Connection;

namespace {

struct ReleaseSqliteBlock {
    void operator()(char* block) const noexcept { sqlite3_free(block); }
};
using SqliteBlock = std::unique_ptr<char, ReleaseSqliteBlock>;

SqliteBlock sqliteBlockOf(std::size_t size) {
    SqliteBlock block(static_cast<char*>(sqlite3_malloc64(size)));
    CPPUNIT_ASSERT(block != nullptr);
    return block;
}

} // namespace

class SqliteMemoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteMemoryTest);
#if !defined(__SANITIZE_ADDRESS__)
    CPPUNIT_TEST(testAReleasedBlockIsWipedAndTakenAgain);
    CPPUNIT_TEST(testBlocksOfOtherSizesAreOthers);
#endif
    CPPUNIT_TEST(testGrowingKeepsTheContent);
    CPPUNIT_TEST(testAnotherThreadReleases);
    CPPUNIT_TEST(testManyBlocks);
    CPPUNIT_TEST_SUITE_END();

public:
    // The first connection sets up SQLite.
    void setUp() override {
        _connection = std::make_unique<Connection>("file::memory:");
    }
    void tearDown() override {
        _connection.reset();
    }

    void testAReleasedBlockIsWipedAndTakenAgain() {
        for (const std::size_t size : {1U, 64U, 100U, 1000U, 4000U}) {
            auto block = sqliteBlockOf(size);
            const auto whole = static_cast<std::size_t>(sqlite3_msize(block.get()));
            CPPUNIT_ASSERT(whole >= size);
            std::memset(block.get(), 's', whole);
            const char* const place = block.get();
            block.reset();
            block = sqliteBlockOf(size);
            CPPUNIT_ASSERT(place == block.get());
            CPPUNIT_ASSERT(std::all_of(place, place + whole, [](char c) { return c == '\0'; }));
        }
    }

    void testBlocksOfOtherSizesAreOthers() {
        auto block = sqliteBlockOf(64);
        const char* const place = block.get();
        block.reset();
        const auto longer = sqliteBlockOf(65);
        const auto same = sqliteBlockOf(64);
        CPPUNIT_ASSERT(place != longer.get());
        CPPUNIT_ASSERT(place == same.get());
    }

    void testGrowingKeepsTheContent() {
        std::string text = "abc";
        auto block = sqliteBlockOf(text.size());
        text.copy(block.get(), text.size());
        for (const std::size_t size : {60U, 65U, 4096U, 4097U, 100'000U, 50U}) {
            block.reset(static_cast<char*>(sqlite3_realloc64(block.release(), size)));
            CPPUNIT_ASSERT_EQUAL(text.substr(0, 3), std::string(block.get(), 3));
            CPPUNIT_ASSERT(sqlite3_msize(block.get()) >= size);
        }
    }

    void testAnotherThreadReleases() {
        std::vector<SqliteBlock> blocks;
        std::thread([&blocks] {
            for (std::size_t i = 0; i < 100; ++i)
                blocks.push_back(sqliteBlockOf(i * 50 + 1));
        }).join();
        for (std::size_t i = 0; i < blocks.size(); ++i)
            std::memset(blocks[i].get(), 'x', i * 50 + 1);
        std::thread([&blocks] { blocks.clear(); }).join();
        testGrowingKeepsTheContent();
    }

    // More than a thread keeps.
    void testManyBlocks() {
        for (int round = 0; round < 3; ++round) {
            std::vector<SqliteBlock> blocks;
            for (std::size_t i = 0; i < 500; ++i) {
                blocks.push_back(sqliteBlockOf(1000));
                std::memset(blocks.back().get(), static_cast<int>(i % 100), 1000);
            }
            for (std::size_t i = 0; i < blocks.size(); ++i)
                CPPUNIT_ASSERT_EQUAL(static_cast<char>(i % 100), blocks[i].get()[999]);
        }
    }

private:
    std::unique_ptr<Connection> _connection;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteMemoryTest);
