// SPDX-License-Identifier: Apache-2.0
// Snapshots, atomicity, observers and locks.
#include "StoreContract.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

namespace {

// Records what is reported, and whether the store holds it already.
class Listener final : public CommitObserver {
public:
    explicit Listener(Store& store) : _store(store) {}

    void committed(const Committed& changes) noexcept override {
        const std::lock_guard lock(_mutex);
        reported.push_back(changes);
        threads.push_back(std::this_thread::get_id());
        for (const auto& change : changes.links)
            isDurable = isDurable && _store.read([&](const ReadView& view) {
                const auto link = view.find(LinkKey(change.id));
                return link && link->status == change.status;
            });
    }

    std::vector<Committed> reported;
    std::vector<std::thread::id> threads;
    bool isDurable = true;

private:
    Store& _store;
    std::mutex _mutex;
};

} // namespace

class TransactionTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(TransactionTest);
    CPPUNIT_TEST(testSeesItsOwnChanges);
    CPPUNIT_TEST(testReadAnswersFromOneSnapshot);
    CPPUNIT_TEST(testNobodySeesWhatIsNotCommitted);
    CPPUNIT_TEST(testNoConcurrentUpdateIsLost);
    CPPUNIT_TEST(testCountUnderALockStaysTrue);
    CPPUNIT_TEST(testRunAgainChangesOnce);
    CPPUNIT_TEST(testReturnsWholeValues);
    CPPUNIT_TEST(testExceptionInTheMiddleChangesNothing);
    CPPUNIT_TEST(testAnyExceptionReachesTheCaller);
    CPPUNIT_TEST(testWorksAfterAnException);
    CPPUNIT_TEST(testRecordAndEntryAreBothOrNeither);
    CPPUNIT_TEST(testEntryKeepsTheClientsNameAtItsTime);
    CPPUNIT_TEST(testOldEntriesAreErased);
    CPPUNIT_TEST(testObserverIsNotifiedOnceAfterTheCommit);
    CPPUNIT_TEST(testObserverLearnsUntilWhenALinkIsLive);
    CPPUNIT_TEST(testObserverIsNotNotifiedOfUndoneChanges);
    CPPUNIT_TEST(testObserverIsNotifiedOnTheCommittingThread);
    CPPUNIT_TEST(testFreeStoreIsUsedAtOnce);
    CPPUNIT_TEST(testBusyStoreIsNotUsed);
    CPPUNIT_TEST(testHealthyStoreIsWritable);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSeesItsOwnChanges() {
        put(makeLink("1", now()), makeAccount("1", now()));
        transact([&](Transaction& transaction) {
            Link changed = makeLink("1", now());
            changed.codeHash = "another";
            changed.status = LinkStatus::ended;
            transaction.put(changed);
            CPPUNIT_ASSERT(transaction.find(LinkKey(changed.id))->status == LinkStatus::ended);
            CPPUNIT_ASSERT(transaction.find(LinkKey(CodeHash{"another"})).has_value());
            CPPUNIT_ASSERT(!transaction.find(LinkKey(CodeHash{"code-1"})));
            CPPUNIT_ASSERT(transaction.select(LinkFilter{.statuses = {LinkStatus::pending}}).empty());
            transaction.put(makeAccount("2", now()));
            CPPUNIT_ASSERT_EQUAL(std::size_t(2), transaction.count(AccountFilter{.client = changed.client}));
            transaction.erase(AccountId("acc_1"));
            CPPUNIT_ASSERT(!transaction.find(AccountId("acc_1")));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), transaction.count(AccountFilter{.client = changed.client}));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), transaction.select(AccountFilter{}).size());
        });
    }

    void testReadAnswersFromOneSnapshot() {
        put(makeLink("1", now()));
        int number = 1;
        const bool isSame = read([&](const ReadView& view) {
            const auto before = view.select(LinkFilter{}).size();
            std::thread([&] { put(makeLink(std::to_string(++number), now())); }).join();
            return view.select(LinkFilter{}).size() == before && view.count(LinkFilter{}) == before &&
                   !view.find(LinkKey(LinkId("lnk_" + std::to_string(number))));
        });
        CPPUNIT_ASSERT(isSame);
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(number), counted(LinkFilter{}));
    }

    void testNobodySeesWhatIsNotCommitted() {
        bool isSeen = false;
        transact([&](Transaction& transaction) {
            transaction.put(makeLink("1", now()));
            std::thread([&] { isSeen = isSeen || link(LinkId("lnk_1")).has_value(); }).join();
        });
        CPPUNIT_ASSERT(!isSeen);
        CPPUNIT_ASSERT(link(LinkId("lnk_1")).has_value());
    }

    void testNoConcurrentUpdateIsLost() {
        put(makeLink("1", now()));
        together(20, [this](int) {
            for (int i = 0; i < 5; ++i)
                addWrongEntry();
        });
        CPPUNIT_ASSERT_EQUAL(100, link(LinkId("lnk_1"))->wrongEntries);
    }

    void testCountUnderALockStaysTrue() {
        std::atomic<int> added{0};
        together(8, [&](int thread) {
            const bool hasRoom = transact([&](Transaction& transaction) {
                transaction.lock(ClientId("cli_alpha"));
                if (transaction.count(LinkFilter{.client = ClientId("cli_alpha")}) >= 3)
                    return false;
                transaction.put(makeLink(std::to_string(thread), now()));
                return true;
            });
            added += hasRoom ? 1 : 0;
        });
        CPPUNIT_ASSERT_EQUAL(3, added.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), counted(LinkFilter{}));
    }

    void testRunAgainChangesOnce() {
        put(makeLink("1", now()));
        int runs = 0;
        const int entries = transact([&](Transaction& transaction) {
            ++runs;
            Link counted = transaction.find(LinkKey(LinkId("lnk_1"))).value();
            ++counted.wrongEntries;
            transaction.put(counted);
            transaction.record(entry("link.counted"));
            return counted.wrongEntries;
        });
        CPPUNIT_ASSERT(runs >= 1);
        CPPUNIT_ASSERT_EQUAL(1, entries);
        CPPUNIT_ASSERT_EQUAL(1, link(LinkId("lnk_1"))->wrongEntries);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _backend->audit().size());
    }

    void testReturnsWholeValues() {
        const auto names = transact([](Transaction&) { return std::vector<std::string>{"a", "b"}; });
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), names.size());
        const auto moved = read([](const ReadView&) { return std::make_unique<int>(7); });
        CPPUNIT_ASSERT_EQUAL(7, *moved);
    }

    void testExceptionInTheMiddleChangesNothing() {
        put(makeLink("1", now()), makeAccount("1", now()));
        const auto refusal = refusalOf([&] {
            transact([&](Transaction& transaction) {
                transaction.put(makeLink("2", now()));
                transaction.erase(LinkId("lnk_1"));
                transaction.erase(AccountId("acc_1"));
                transaction.record(entry("link.created"));
                throw base::Error(base::ErrorCode::invalidRequest, "No.");
            });
        });
        CPPUNIT_ASSERT(refusal == base::ErrorCode::invalidRequest);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), selected(LinkFilter{}));
        CPPUNIT_ASSERT(account("acc_1").has_value());
        CPPUNIT_ASSERT(_backend->audit().empty());
    }

    void testAnyExceptionReachesTheCaller() {
        CPPUNIT_ASSERT_THROW(transact([&](Transaction& transaction) {
                                 transaction.put(makeLink("1", now()));
                                 throw std::runtime_error("odd");
                             }),
                             std::runtime_error);
        CPPUNIT_ASSERT_THROW(read([](const ReadView&) { throw std::out_of_range("odd"); }),
                             std::out_of_range);
        CPPUNIT_ASSERT(!link(LinkId("lnk_1")));
    }

    void testWorksAfterAnException() {
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_THROW(transact([](Transaction&) { throw std::runtime_error("odd"); }),
                                 std::runtime_error);
            put(makeLink(std::to_string(i), now()));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), counted(LinkFilter{}));
    }

    void testRecordAndEntryAreBothOrNeither() {
        const auto create = [this](const std::string& number, const std::string& codeHash) {
            Link created = makeLink(number, now());
            created.codeHash = codeHash;
            transact([&](Transaction& transaction) {
                transaction.record(entry("link.created"));
                transaction.put(created);
            });
        };
        create("1", "code");
        CPPUNIT_ASSERT(refusalOf([&] { create("2", "code"); }) == base::ErrorCode::conflict);
        _backend->reopen();
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), selected(LinkFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _backend->audit().size());
    }

    void testEntryKeepsTheClientsNameAtItsTime() {
        record(entry("first"));
        auto named = entry("second");
        named.clientName = "as it was";
        record(named);
        auto renamed = makeClient("alpha", now());
        renamed.name = "beta";
        transact([&](Transaction& transaction) {
            transaction.put(renamed);
            transaction.record(entry("third"));
        });
        erase(renamed.id);
        record(entry("fourth"));
        auto nobodys = entry("fifth");
        nobodys.client = {};
        nobodys.actor = {};
        record(nobodys);
        const std::vector<std::string> expected{"first by browser of alpha", "second by browser of as it was",
                                                "third by browser of beta", "fourth by browser of ",
                                                "fifth by system of "};
        CPPUNIT_ASSERT(expected == _backend->audit());
    }

    void testOldEntriesAreErased() {
        for (const char* action : {"1", "2", "3"}) {
            record(entry(action));
            advance(1s);
        }
        const auto before = now() - 1s; // the time of the last entry
        const auto eraseSome = [&](std::size_t most) {
            return transact([&](Transaction& transaction) { return transaction.eraseAudit(before, most); });
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), eraseSome(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), eraseSome(9));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), eraseSome(9));
        CPPUNIT_ASSERT(_backend->audit() == std::vector<std::string>{"3 by browser of alpha"});
    }

    void testObserverIsNotifiedOnceAfterTheCommit() {
        Listener listener(store());
        store().observe(&listener);
        transact([&](Transaction& transaction) {
            Link each = makeLink("1", now());
            transaction.put(each);
            each.status = LinkStatus::ended;
            each.reason = EndReason::cancelled;
            transaction.put(each);
            transaction.put(makeLink("2", now()));
            transaction.record(entry("link.created"));
            transaction.record(entry("link.cancelled"));
        });
        (void)link(LinkId("lnk_1"));
        transact([](Transaction& transaction) { return transaction.select(LinkFilter{}).size(); });
        store().observe(nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listener.reported.size());
        const auto& reported = listener.reported.front();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), reported.links.size());
        for (const auto& change : reported.links)
            CPPUNIT_ASSERT((change.status == LinkStatus::ended) == (change.id == LinkId("lnk_1")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), reported.entries.size());
        CPPUNIT_ASSERT_EQUAL(std::string("link.created"), reported.entries.front().action);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), reported.entries.front().clientName);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), reported.entries.front().actor.address);
        CPPUNIT_ASSERT_MESSAGE("reported before it was durable", listener.isDurable);
        CPPUNIT_ASSERT(listener.threads.front() == std::this_thread::get_id());
    }

    void testObserverLearnsUntilWhenALinkIsLive() {
        Listener listener(store());
        store().observe(&listener);
        Link each = makeLink("1", now());
        put(each);
        each.expiresAt += 60s;
        put(each);
        each.endedAt = each.expiresAt; // its expiry is recorded
        put(each);
        transact([&](Transaction& transaction) {
            transaction.erase(ClientId("cli_alpha"));
            transaction.record(entry("client.removed"));
        });
        store().observe(nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), listener.reported.size());
        const auto change = [&](std::size_t number) { return listener.reported[number].links.front(); };
        CPPUNIT_ASSERT(change(0).liveUntil == std::optional<Timestamp>(now() + 600s));
        CPPUNIT_ASSERT(change(1).liveUntil == std::optional<Timestamp>(now() + 660s));
        CPPUNIT_ASSERT(!change(2).liveUntil);
        CPPUNIT_ASSERT(change(0).revision < change(1).revision && change(1).revision < change(2).revision);
        CPPUNIT_ASSERT(listener.reported[3].erasedClients == std::vector{ClientId("cli_alpha")});
    }

    void testObserverIsNotNotifiedOfUndoneChanges() {
        Listener listener(store());
        store().observe(&listener);
        CPPUNIT_ASSERT_THROW(transact([&](Transaction& transaction) {
                                 transaction.put(makeLink("1", now()));
                                 transaction.record(entry("link.created"));
                                 throw std::runtime_error("odd");
                             }),
                             std::runtime_error);
        put(makeLink("2", now()));
        store().observe(nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listener.reported.size());
        CPPUNIT_ASSERT(listener.reported.front().links.front().id == LinkId("lnk_2"));
        CPPUNIT_ASSERT(listener.reported.front().entries.empty());
    }

    void testObserverIsNotifiedOnTheCommittingThread() {
        put(makeLink("1", now()));
        Listener listener(store());
        store().observe(&listener);
        together(8, [this](int) { addWrongEntry(); });
        store().observe(nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t(8), listener.reported.size());
        const std::set<std::thread::id> threads(listener.threads.begin(), listener.threads.end());
        CPPUNIT_ASSERT_EQUAL(std::size_t(8), threads.size());
    }

    void testFreeStoreIsUsedAtOnce() {
        Listener listener(store());
        store().observe(&listener);
        CPPUNIT_ASSERT(
            store().transactIfFree([&](Transaction& transaction) { transaction.put(makeLink("1", now())); }));
        store().observe(nullptr);
        CPPUNIT_ASSERT(link(LinkId("lnk_1")).has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listener.reported.size());
        CPPUNIT_ASSERT_THROW(store().transactIfFree([&](Transaction& transaction) {
            transaction.put(makeLink("2", now()));
            throw std::runtime_error("odd");
        }),
                             std::runtime_error);
        CPPUNIT_ASSERT(!link(LinkId("lnk_2")));
    }

    void testBusyStoreIsNotUsed() {
        std::latch isIn(1);
        std::latch mayGo(1);
        std::thread writer([&] {
            std::once_flag first;
            transact([&](Transaction& transaction) {
                transaction.put(makeLink("1", now()));
                std::call_once(first, [&] { isIn.count_down(); });
                mayGo.wait();
            });
        });
        isIn.wait();
        const bool isDone =
            store().transactIfFree([&](Transaction& transaction) { transaction.put(makeLink("2", now())); });
        const bool isSeen = link(LinkId("lnk_1")).has_value(); // a read waits for no writer
        mayGo.count_down();
        writer.join();
        CPPUNIT_ASSERT(!isDone);
        CPPUNIT_ASSERT(!isSeen);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), selected(LinkFilter{}));
    }

    void testHealthyStoreIsWritable() { CPPUNIT_ASSERT_NO_THROW(store().requireWritable()); }

private:
    [[nodiscard]] AuditEntry entry(const std::string& action) const {
        return {.at = now(),
                .actor = {.kind = ActorKind::browser, .address = "192.0.2.7", .requestId = "req_1"},
                .action = action,
                .client = ClientId("cli_alpha"),
                .link = LinkId("lnk_1"),
                .outcome = "ok"};
    }

    void record(const AuditEntry& entry) {
        transact([&](Transaction& transaction) { transaction.record(entry); });
    }

    void addWrongEntry() {
        transact([](Transaction& transaction) {
            Link counted = transaction.find(LinkKey(LinkId("lnk_1"))).value();
            ++counted.wrongEntries;
            transaction.put(counted);
        });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TransactionTest);
