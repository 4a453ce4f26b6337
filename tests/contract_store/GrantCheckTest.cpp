// SPDX-License-Identifier: Apache-2.0
// When grants are looked at next: checks in the order of their time, pulled, and gone with their account.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class GrantCheckTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(GrantCheckTest);
    CPPUNIT_TEST(testChecks);
    CPPUNIT_TEST(testPulledChecks);
    CPPUNIT_TEST(testKeepingState);
    CPPUNIT_TEST(testErasedGrants);
    CPPUNIT_TEST_SUITE_END();

public:
    void testChecks() {
        put(makeAccount("1", now()), makeAccount("2", now()), makeAccount("3", now()));
        for (const auto& [id, due] :
             {std::pair("acc_1", now() + 5s), std::pair("acc_2", now() - 5s), std::pair("acc_3", now() + 6s)})
            putAndReopen(domain::GrantCheck{AccountId(id), due});
        const auto dueBy = [this](std::chrono::seconds later, std::size_t most) {
            std::string ids;
            for (const auto& check :
                 read([&](const ReadView& view) { return view.dueChecks(now() + later, most); }))
                ids += check.account.value() + ' ';
            return ids;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2 acc_1 "), dueBy(5s, 10));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2 "), dueBy(5s, 1));
        put(domain::GrantCheck{AccountId("acc_2"), now() + 7s});
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1 acc_3 acc_2 "), dueBy(7s, 10));
        transact([&](Transaction& transaction) {
            transaction.eraseCheck(AccountId("acc_1"));
            transaction.erase(AccountId("acc_2"));
        });
        CPPUNIT_ASSERT_EQUAL_MESSAGE("an account takes its check with it", std::string("acc_3 "),
                                     dueBy(7s, 10));
        CPPUNIT_ASSERT(read([&](const ReadView& view) { return view.checkOf(AccountId("acc_3")); })->due ==
                       now() + 6s);
        CPPUNIT_ASSERT(!read([&](const ReadView& view) { return view.checkOf(AccountId("acc_1")); }));
        CPPUNIT_ASSERT(refusalOf([&] {
                           put(domain::GrantCheck{AccountId("acc_gone"), now()});
                       }) == base::ErrorCode::conflict);
    }

    void testPulledChecks() {
        put(makeAccount("1", now()), makeAccount("2", now()), makeAccount("3", now()));
        put(domain::GrantCheck{AccountId("acc_1"), now() - 5s},
            domain::GrantCheck{AccountId("acc_2"), now() + 1s},
            domain::GrantCheck{AccountId("acc_3"), now() + 2s});
        const auto pull = [this] {
            return transact([&](Transaction& transaction) { return transaction.pullChecks(now(), 1); });
        };
        for (const auto expected : {std::size_t{1}, std::size_t{1}, std::size_t{0}})
            CPPUNIT_ASSERT_EQUAL(expected, pull());
        const auto due = read([&](const ReadView& view) { return view.dueChecks(now(), 10); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), due.size());
        CPPUNIT_ASSERT_MESSAGE("one that is due stays", due.front().due == now() - 5s);
        CPPUNIT_ASSERT(due.back().due == now());
    }

    void testKeepingState() {
        const auto state = [this] { return read([](const ReadView& view) { return view.keepingState(); }); };
        CPPUNIT_ASSERT(!state());
        for (const std::string rules : {"some", "other"}) {
            putAndReopen(domain::KeepingState{rules, now()});
            CPPUNIT_ASSERT(state()->rules == rules && state()->lookedAt == now());
        }
    }

    void testErasedGrants() {
        const auto account = linkAccount("1");
        transact([&](Transaction& transaction) { transaction.eraseGrant(account); });
        CPPUNIT_ASSERT(!grant(account.value()));
        CPPUNIT_ASSERT(read([&](const ReadView& view) { return view.find(account); }));
    }

private:
    template <class Record>
    void putAndReopen(const Record& record) {
        put(record);
        _backend->reopen();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantCheckTest);
