// SPDX-License-Identifier: Apache-2.0
// Tests uses in memory: what is stored later, and what must not be.
#include "central_oauth/services/UseNotes.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <optional>
#include <string>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class UseNotesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UseNotesTest);
    CPPUNIT_TEST(testTheLatestUseCounts);
    CPPUNIT_TEST(testIsKnownBeforeAndAfterItIsStored);
    CPPUNIT_TEST(testWritesNothingForARemovedAccount);
    CPPUNIT_TEST(testADamagedAccountHoldsUpNoOther);
    CPPUNIT_TEST(testAFullListTakesNoNewIdUntilItIsStored);
    CPPUNIT_TEST(testAFailureKeepsTheNotes);
    CPPUNIT_TEST(testWaitsForABusyWriterInTheThirdRound);
    CPPUNIT_TEST(testAUseDuringTheFlushIsStoredByTheNext);
    CPPUNIT_TEST(testStoresManyInSmallTransactions);
    CPPUNIT_TEST(testTheEndWaitsForNoWriter);
    CPPUNIT_TEST(testTheEndDoesNotRepeatAFailure);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1").value();
    }

    void testTheLatestUseCounts() {
        const auto now = _fixture->now();
        CPPUNIT_ASSERT(!uses().latest(_account, std::nullopt));
        CPPUNIT_ASSERT(uses().latest(_account, now) == now);
        uses().put(_account, now);
        CPPUNIT_ASSERT(uses().latest(_account, now - 1s) == now);
        CPPUNIT_ASSERT(uses().latest(_account, now + 1s) == now + 1s);
        // Another process with a faster clock has stored a later use.
        uses().put(_account, now + 5s);
        uses().flush();
        uses().put(_account, now);
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == now + 5s);
    }

    void testIsKnownBeforeAndAfterItIsStored() {
        const auto now = _fixture->now();
        uses().put(_account, now);
        CPPUNIT_ASSERT(!stored(_account));
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == now);
        CPPUNIT_ASSERT_MESSAGE("an older snapshot may be in use",
                               uses().latest(_account, std::nullopt) == now);
        uses().flush();
        CPPUNIT_ASSERT_MESSAGE("memory is bounded", !uses().latest(_account, std::nullopt));
    }

    void testWritesNothingForARemovedAccount() {
        uses().put(_account, _fixture->now());
        _fixture->removeAccount(base::AccountId(_account));
        int writes = 0;
        _fixture->store.hook = [&](const std::string& step) { writes += step.starts_with("put") ? 1 : 0; };
        uses().flush();
        CPPUNIT_ASSERT_EQUAL(0, writes);
        CPPUNIT_ASSERT(!_fixture->store.read(
            [&](const domain::ReadView& view) { return view.find(base::AccountId(_account)); }));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, _fixture->logged.str().find("uses not stored"));
    }

    void testADamagedAccountHoldsUpNoOther() {
        const auto other = _fixture->linkAccount("2", "bob").value();
        _fixture->store.damage("accounts", _account);
        uses().put(_account, _fixture->now());
        uses().put(other, _fixture->now());
        uses().flush();
        CPPUNIT_ASSERT(stored(other) == _fixture->now());
    }

    void testAFullListTakesNoNewIdUntilItIsStored() {
        const auto other = _fixture->linkAccount("2", "bob").value();
        const auto now = _fixture->now();
        UseNotes small(_fixture->store, _fixture->logger.channel("test"), writeAccountUse, 1);
        small.put(_account, now);
        small.put(other, now);
        CPPUNIT_ASSERT(!small.latest(other, std::nullopt));
        small.put(_account, now + 60s);
        CPPUNIT_ASSERT(small.latest(_account, std::nullopt) == now + 60s);
        small.flush();
        small.flush();
        small.put(other, now);
        CPPUNIT_ASSERT(small.latest(other, std::nullopt) == now);
    }

    void testAFailureKeepsTheNotes() {
        uses().put(_account, _fixture->now());
        _fixture->store.hook = memory::failing("commit");
        uses().flush();
        _fixture->store.hook = {};
        CPPUNIT_ASSERT(_fixture->logged.str().find("uses not stored yet") != std::string::npos);
        CPPUNIT_ASSERT(!stored(_account));
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == _fixture->now());
    }

    void testWaitsForABusyWriterInTheThirdRound() {
        uses().put(_account, _fixture->now());
        _fixture->store.isBusy = true;
        uses().flush();
        uses().flush();
        CPPUNIT_ASSERT(!stored(_account));
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == _fixture->now());
    }

    void testAUseDuringTheFlushIsStoredByTheNext() {
        const auto now = _fixture->now();
        uses().put(_account, now);
        _fixture->store.hook = memory::onceBefore("commit", [&] { uses().put(_account, now + 60s); });
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == now);
        uses().flush();
        CPPUNIT_ASSERT(stored(_account) == now + 60s);
    }

    void testStoresManyInSmallTransactions() {
        constexpr int many = 250;
        for (int i = 0; i < many; ++i)
            uses().put("acc_" + std::to_string(i), _fixture->now());
        _fixture->store.counters.transactions = 0;
        uses().flush();
        CPPUNIT_ASSERT_EQUAL(3, _fixture->store.counters.transactions.load());
    }

    void testTheEndWaitsForNoWriter() {
        uses().put(_account, _fixture->now());
        _fixture->store.hook = [](const std::string& step) { CPPUNIT_ASSERT(step != "transact"); };
        _fixture->store.isBusy = true;
        for (int i = 0; i < 4; ++i)
            uses().flushAtEnd(15ms);
        uses().flushAtEnd(0s);
        CPPUNIT_ASSERT(!stored(_account));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what is lost is said, once each time", 5, lost());
        _fixture->store.isBusy = false;
        uses().flushAtEnd(1s);
        CPPUNIT_ASSERT(stored(_account) == _fixture->now());
    }

    void testTheEndDoesNotRepeatAFailure() {
        uses().put(_account, _fixture->now());
        _fixture->store.hook = memory::failing("commit");
        uses().flushAtEnd(20s);
        _fixture->store.hook = {};
        CPPUNIT_ASSERT_EQUAL(1, lost());
        CPPUNIT_ASSERT(!stored(_account));
    }

private:
    [[nodiscard]] int lost() const {
        const std::string log = _fixture->logged.str();
        int found = 0;
        for (auto at = log.find("uses are lost"); at != std::string::npos;
             at = log.find("uses are lost", at + 1))
            ++found;
        return found;
    }
    [[nodiscard]] UseNotes& uses() { return _fixture->uses; }
    [[nodiscard]] std::optional<base::Timestamp> stored(const std::string& id) const {
        return memory::accountOf(_fixture->store, base::AccountId(id)).lastUsedAt;
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::string _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UseNotesTest);
