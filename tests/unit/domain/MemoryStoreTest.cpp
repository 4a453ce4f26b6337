// SPDX-License-Identifier: Apache-2.0
// The extras of the store in memory for tests, beyond the contract of every store.
#include "../../memory/MemoryStore.h"

#include "../../memory/Records.h"
#include "../../memory/TestSealer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;

class MemoryStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MemoryStoreTest);
    CPPUNIT_TEST(testRunsEachFunctionTwiceAndKeepsTheSecondRun);
    CPPUNIT_TEST(testFunctionMustNotCallTheStore);
    CPPUNIT_TEST(testHookIsCalledBeforeEachStep);
    CPPUNIT_TEST(testHookThatThrowsUndoes);
    CPPUNIT_TEST(testHookActsAsAnotherCaller);
    CPPUNIT_TEST(testStaleTransactionIsRunAgain);
    CPPUNIT_TEST(testCountsItsCalls);
    CPPUNIT_TEST(testBusyStoreIsNotUsed);
    CPPUNIT_TEST(testSealerOpensItsOwnOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _store = std::make_unique<MemoryStore>();
        put(makeClient("alpha", now));
    }

    void testRunsEachFunctionTwiceAndKeepsTheSecondRun() {
        int runs = 0;
        const int result = _store->transact([&](Transaction& transaction) {
            transaction.put(makeLink(std::to_string(++runs), now));
            return runs;
        });
        CPPUNIT_ASSERT_EQUAL(2, result);
        CPPUNIT_ASSERT(!holds("1") && holds("2"));
        CPPUNIT_ASSERT_EQUAL(4, _store->read([&](const ReadView&) { return ++runs; }));
    }

    void testFunctionMustNotCallTheStore() {
        CPPUNIT_ASSERT_THROW(_store->transact([&](Transaction&) { _store->requireWritable(); }),
                             std::logic_error);
        CPPUNIT_ASSERT_THROW(_store->transact([&](Transaction&) { put(makeClient("beta", now)); }),
                             std::logic_error);
        CPPUNIT_ASSERT_THROW(_store->read([&](const ReadView&) { (void)holds("1"); }), std::logic_error);
        CPPUNIT_ASSERT_MESSAGE("it goes on", !holds("1"));
    }

    void testHookIsCalledBeforeEachStep() {
        std::string steps;
        _store->hook = [&](const std::string& step) { steps += step + ", "; };
        _store->requireWritable();
        (void)holds("1");
        put(makeLink("1", now));
        (void)_store->transactIfFree([](Transaction& transaction) {
            transaction.record({.action = "test"});
            (void)transaction.select(LinkFilter{});
        });
        CPPUNIT_ASSERT_EQUAL(std::string("requireWritable, read, find link, transact, put link, commit, "
                                         "transactIfFree, record, select links, commit, "),
                             steps);
    }

    void testHookThatThrowsUndoes() {
        for (const char* step : {"transact", "put link", "commit"}) {
            _store->hook = failing(step);
            CPPUNIT_ASSERT_THROW_MESSAGE(step, put(makeLink("1", now)), base::Error);
            _store->hook = nullptr;
            CPPUNIT_ASSERT_MESSAGE(step, !holds("1"));
        }
        put(makeLink("1", now));
        CPPUNIT_ASSERT(holds("1"));
    }

    void testHookActsAsAnotherCaller() {
        for (const char* step : {"transact", "find client", "put link", "commit"}) {
            const std::string number = std::string("of-") + step;
            _store->hook = onceBefore(step, [&] { put(makeLink(number, now)); });
            _store->transact([&](Transaction& transaction) {
                if (transaction.find(ClientId("cli_alpha")))
                    transaction.put(makeLink("own-" + number, now));
            });
            _store->hook = nullptr;
            CPPUNIT_ASSERT_MESSAGE(step, holds(number) && holds("own-" + number));
        }
    }

    void testStaleTransactionIsRunAgain() {
        _store->hook = onceBefore("commit", [&] { put(makeLink("1", now)); });
        const auto found = _store->transact([&](Transaction& transaction) {
            transaction.put(makeLink("2", now));
            return transaction.find(LinkKey(LinkId("lnk_1"))).has_value();
        });
        CPPUNIT_ASSERT(found);
    }

    void testCountsItsCalls() {
        const int before = _store->counters.all();
        (void)holds("1");
        put(makeLink("1", now));
        _store->transact([](Transaction& transaction) { (void)transaction.clients(); });
        CPPUNIT_ASSERT_EQUAL(1, _store->counters.reads.load());
        CPPUNIT_ASSERT_EQUAL(before + 3, _store->counters.all());
        CPPUNIT_ASSERT_EQUAL(2, _store->counters.commits.load());
    }

    void testBusyStoreIsNotUsed() {
        const auto putLink = [](Transaction& transaction) { transaction.put(makeLink("1", now)); };
        _store->isBusy = true;
        CPPUNIT_ASSERT(!_store->transactIfFree(putLink));
        CPPUNIT_ASSERT(!holds("1"));
        _store->isBusy = false;
        CPPUNIT_ASSERT(_store->transactIfFree(putLink));
    }

    void testSealerOpensItsOwnOnly() {
        const SealContext context{"links", "authorization", "lnk_1", ClientId("cli_alpha"), 1};
        const TestSealer first("1");
        const auto sealed = first.seal(context, Secret("value"));
        CPPUNIT_ASSERT_EQUAL(std::string("value"), revealed(first.open(context, sealed)));
        CPPUNIT_ASSERT_EQUAL(std::string("value"), revealed(TestSealer("21").open(context, sealed)));
        CPPUNIT_ASSERT_THROW((void)TestSealer("2").open(context, sealed), UndecryptableError);
        auto elsewhere = context;
        elsewhere.generation = 2;
        CPPUNIT_ASSERT_THROW((void)first.open(elsewhere, sealed), UndecryptableError);
    }

private:
    static constexpr base::Timestamp now{std::chrono::seconds(1'700'000'000)};

    template <class Record>
    void put(const Record& record) {
        _store->transact([&](Transaction& transaction) { transaction.put(record); });
    }
    [[nodiscard]] bool holds(const std::string& number) const {
        return _store->read(
            [&](const ReadView& view) { return view.find(LinkKey(LinkId("lnk_" + number))).has_value(); });
    }

    std::unique_ptr<MemoryStore> _store;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MemoryStoreTest);
