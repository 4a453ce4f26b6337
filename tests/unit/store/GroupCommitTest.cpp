// SPDX-License-Identifier: Apache-2.0
// Writes of several callers that are committed together.
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/platform/Files.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <future>
#include <sqlite3.h>
#include <stdexcept>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::store;
using namespace std::chrono_literals;

namespace {

class Write final : public GroupedWrite {
public:
    explicit Write(std::function<void(Connection&)> fn) : _fn(std::move(fn)) {}

    void run(Connection& connection) override {
        ++runs;
        _fn(connection);
    }

    std::atomic<int> runs{0};

private:
    std::function<void(Connection&)> _fn;
};

/// The write lock of another program.
class FileLock {
public:
    explicit FileLock(const std::filesystem::path& file)
        : _connection(uriOf(file, "rw")), _lock(_connection) {}

private:
    Connection _connection;
    ImmediateTransaction _lock;
};

void add(Connection& connection, const std::string& word) {
    (void)addWord(connection, word);
}

bool hasWord(Connection& connection, const std::string& word) {
    std::int64_t rows = 0;
    Query query(connection, "SELECT COUNT(*) FROM words WHERE word = ?");
    query.with(word).into(rows);
    return query.next() && rows > 0;
}

} // namespace

class GroupCommitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GroupCommitTest);
    CPPUNIT_TEST(testEveryWriteCounts);
    CPPUNIT_TEST(testWaitingWritesShareOneCommit);
    CPPUNIT_TEST(testRefusalWithoutAChangeCostsNothing);
    CPPUNIT_TEST(testFailureAfterAChangeIsUndoneAlone);
    CPPUNIT_TEST(testLateCallerLeavesAndItsWriteNeverRuns);
    CPPUNIT_TEST(testCallerWhoseWriteHasRunWaitsForTheOutcome);
    CPPUNIT_TEST(testRefusalForAnUndoneChangeIsReconsidered);
    CPPUNIT_TEST(testFailedCommitIsEverybodysFailure);
    CPPUNIT_TEST(testLockedFileIsNoSuccess);
    CPPUNIT_TEST(testLaterCallerOutlivesTheFirstOnesDeadline);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CPPUNIT_ASSERT(platform::makePrivateFile(_file));
        _database = std::make_unique<Database>(_file);
        _database->withWriter(
            [](Connection& connection) { return Query(connection, "CREATE TABLE words (word TEXT)").run(); });
        _database->openReaders(1);
    }
    void tearDown() override { _database.reset(); }

    void testEveryWriteCounts() {
        constexpr int callers = 8;
        constexpr int each = 50;
        std::vector<std::thread> threads;
        for (int caller = 0; caller < callers; ++caller)
            threads.emplace_back([&] {
                for (int i = 0; i < each; ++i)
                    write([](Connection& connection) { add(connection, "word"); });
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{callers * each}, wordCount(*_database));
    }

    void testWaitingWritesShareOneCommit() {
        const int before = commitsOf(
            [&] { release(3, [](Connection& connection, int i) { add(connection, std::to_string(i)); }); });
        CPPUNIT_ASSERT_EQUAL_MESSAGE("that of the first, and that of the three that waited", 2, before);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, wordCount(*_database));
    }

    void testRefusalWithoutAChangeCostsNothing() {
        const auto runs = release(3, [](Connection& connection, int i) {
            if (i == 1)
                throw base::Error(base::ErrorCode::notFound);
            add(connection, std::to_string(i));
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, wordCount(*_database));
        CPPUNIT_ASSERT_EQUAL(1, _refused.load());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody runs again", 3, runs);
    }

    void testFailureAfterAChangeIsUndoneAlone() {
        (void)release(3, [](Connection& connection, int i) {
            add(connection, std::to_string(i));
            if (i == 1)
                throw base::Error(base::ErrorCode::conflict);
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, wordCount(*_database));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, wordCount(*_database, " WHERE word = '1'"));
        CPPUNIT_ASSERT_EQUAL(1, _refused.load());
    }

    void testLateCallerLeavesAndItsWriteNeverRuns() {
        const auto late = std::make_shared<Write>([](Connection& connection) { add(connection, "late"); });
        holdTurn([&] {
            CPPUNIT_ASSERT_THROW(_database->writeTogether(late, std::chrono::steady_clock::now() + 10ms),
                                 StoreTroubleError);
        });
        write([](Connection& connection) { add(connection, "next"); });
        CPPUNIT_ASSERT_EQUAL(0, late->runs.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, wordCount(*_database, " WHERE word = 'late'"));
    }

    // The last write of the group takes long, as a disk does: the others have run by then.
    void testCallerWhoseWriteHasRunWaitsForTheOutcome() {
        std::promise<void> hasRun;
        std::promise<void> mayCommit;
        std::promise<void> outcome;
        std::thread leading;
        std::thread waiting;
        std::thread slowing;
        holdTurn([&] {
            leading = std::thread([&] { write([](Connection& connection) { add(connection, "leader"); }); });
            std::this_thread::sleep_for(50ms);
            waiting = std::thread([&] {
                const auto brief =
                    std::make_shared<Write>([](Connection& connection) { add(connection, "brief"); });
                _database->writeTogether(brief, std::chrono::steady_clock::now() + 300ms);
                outcome.set_value();
            });
            std::this_thread::sleep_for(50ms);
            slowing = std::thread([&] {
                write([&](Connection& connection) {
                    add(connection, "slow");
                    hasRun.set_value();
                    mayCommit.get_future().wait();
                });
            });
            std::this_thread::sleep_for(50ms);
        });
        hasRun.get_future().wait();
        auto known = outcome.get_future();
        CPPUNIT_ASSERT(known.wait_for(600ms) == std::future_status::timeout);
        mayCommit.set_value();
        leading.join();
        waiting.join();
        slowing.join();
        CPPUNIT_ASSERT(known.wait_for(0s) == std::future_status::ready);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, wordCount(*_database, " WHERE word = 'brief'"));
    }

    // The second fails for what the first has changed; the third has the first undone.
    void testRefusalForAnUndoneChangeIsReconsidered() {
        (void)release(3, [](Connection& connection, int i) {
            if (i == 0)
                add(connection, "taken");
            if (i == 0 && hasWord(connection, "first"))
                throw base::Error(base::ErrorCode::conflict);
            if (i != 0 && hasWord(connection, "taken"))
                throw base::Error(base::ErrorCode::notFound);
            if (i != 0)
                add(connection, "free");
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, wordCount(*_database, " WHERE word = 'free'"));
        CPPUNIT_ASSERT_EQUAL(1, _refused.load());
    }

    // The third is refused for a change of the others that does not become durable.
    void testFailedCommitIsEverybodysFailure() {
        std::atomic<int> commits{0};
        _database->withWriter([&](Connection& connection) {
            sqlite3_commit_hook(
                connection.handle(),
                [](void* counter) { return ++*static_cast<std::atomic<int>*>(counter) == 2 ? 1 : 0; },
                &commits);
            return true;
        });
        (void)release(3, [](Connection& connection, int) {
            if (hasWord(connection, "taken"))
                throw base::Error(base::ErrorCode::conflict);
            add(connection, "taken");
        });
        CPPUNIT_ASSERT_EQUAL(2, commits.load());
        CPPUNIT_ASSERT_EQUAL(3, _failed.load());
        CPPUNIT_ASSERT_EQUAL(0, _refused.load());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("that of the first", std::int64_t{1}, wordCount(*_database));
    }

    // Deadlines between two milliseconds: SQLite waits for whole ones, and gives up a little earlier.
    void testLockedFileIsNoSuccess() {
        const FileLock lock(_file);
        for (int i = 0; i < 40; ++i)
            CPPUNIT_ASSERT_THROW(_database->writeTogether(std::make_shared<Write>([](Connection& connection) {
                                                              add(connection, "locked");
                                                          }),
                                                          std::chrono::steady_clock::now() + 2ms + i * 25us),
                                 StoreTroubleError);
    }

    void testLaterCallerOutlivesTheFirstOnesDeadline() {
        auto lock = std::make_unique<FileLock>(_file);
        std::atomic<bool> isFirstLate{false};
        std::thread first;
        std::thread later;
        holdTurnWithoutFile([&] {
            first = std::thread([&] {
                try {
                    _database->writeTogether(
                        std::make_shared<Write>([](Connection& connection) { add(connection, "first"); }),
                        std::chrono::steady_clock::now() + 400ms);
                } catch (const StoreTroubleError&) {
                    isFirstLate = true;
                }
            });
            std::this_thread::sleep_for(50ms);
            later = std::thread([&] { write([](Connection& connection) { add(connection, "later"); }); });
            std::this_thread::sleep_for(50ms);
        });
        first.join();
        lock.reset();
        later.join();
        CPPUNIT_ASSERT(isFirstLate.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, wordCount(*_database, " WHERE word = 'first'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, wordCount(*_database, " WHERE word = 'later'"));
    }

private:
    void write(const std::function<void(Connection&)>& fn) {
        _database->writeTogether(std::make_shared<Write>(fn));
    }

    // Runs `during` while a write holds the turn.
    void holdTurn(const std::function<void()>& during) {
        std::promise<void> holds;
        std::promise<void> mayGo;
        std::thread holder([&] {
            _database->write([&](Connection&) {
                holds.set_value();
                mayGo.get_future().wait();
                return true;
            });
        });
        holds.get_future().wait();
        during();
        mayGo.set_value();
        holder.join();
    }

    // Runs `during` while the connection that writes is in use.
    void holdTurnWithoutFile(const std::function<void()>& during) {
        _database->withWriter([&](Connection&) {
            during();
            return true;
        });
    }

    // One write holds the turn until `waiting` others wait for it. Returns how often those have run.
    int release(int waiting, const std::function<void(Connection&, int)>& fn) {
        std::vector<std::thread> threads;
        std::atomic<int> runs{0};
        std::promise<void> holds;
        std::promise<void> mayGo;
        threads.emplace_back([&] {
            write([&](Connection& connection) {
                add(connection, "first");
                holds.set_value();
                mayGo.get_future().wait();
            });
        });
        holds.get_future().wait();
        std::atomic<int> asked{0};
        for (int i = 0; i < waiting; ++i)
            threads.emplace_back([&, i] {
                try {
                    ++asked;
                    write([&, i](Connection& connection) {
                        ++runs;
                        fn(connection, i);
                    });
                } catch (const base::Error& refusal) {
                    ++(refusal.code() == base::ErrorCode::storeUnavailable ? _failed : _refused);
                }
            });
        while (asked < waiting)
            std::this_thread::yield();
        std::this_thread::sleep_for(50ms); // from here to the queue
        mayGo.set_value();
        for (auto& thread : threads)
            thread.join();
        return runs;
    }

    template <class Act>
    int commitsOf(const Act& act) {
        int commits = 0;
        _database->withWriter([&](Connection& connection) {
            sqlite3_commit_hook(
                connection.handle(),
                [](void* counter) {
                    ++*static_cast<int*>(counter);
                    return 0;
                },
                &commits);
            return true;
        });
        act();
        _database->withWriter([](Connection& connection) {
            sqlite3_commit_hook(connection.handle(), nullptr, nullptr);
            return true;
        });
        return commits;
    }

    TemporaryDirectory _directory;
    std::filesystem::path _file = _directory.path() / "db.sqlite3";
    std::unique_ptr<Database> _database;
    std::atomic<int> _refused{0};
    std::atomic<int> _failed{0};
};

CPPUNIT_TEST_SUITE_REGISTRATION(GroupCommitTest);
