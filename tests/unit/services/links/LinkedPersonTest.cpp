// SPDX-License-Identifier: Apache-2.0
// Tests the name of the linked person, as the pages of a link show it to the owner.
#include "ApprovalFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::LinkStatus;
using provider::Secret;

class LinkedPersonTest : public ApprovalFixture {
    CPPUNIT_TEST_SUITE(LinkedPersonTest);
    CPPUNIT_TEST(testLinkedPersonBeforeAndAfterDelivery);
    CPPUNIT_TEST(testUndecryptableStageTellsNobody);
    CPPUNIT_TEST(testRemovedAccountTellsNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLinkedPersonBeforeAndAfterDelivery() {
        stage();
        CPPUNIT_ASSERT(!person(browser("browser-2")));
        for (int look = 0; look < 2; ++look) {
            const auto shown = person(browser("browser-1"));
            CPPUNIT_ASSERT(shown);
            CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), shown->identity.displayName);
            CPPUNIT_ASSERT_EQUAL(std::string("site-1"), shown->site.value().id);
            (void)_fixture->deliver(_link, "acc_1");
        }
    }

    void testUndecryptableStageTellsNobody() {
        stage();
        _fixture->spoilStage(_link);
        const auto shown = person(browser("browser-1"));
        CPPUNIT_ASSERT_MESSAGE("the page is shown, without a name",
                               shown && shown->identity.upstreamId.empty() && !shown->site);
    }

    void testRemovedAccountTellsNobody() {
        stage();
        (void)_fixture->deliver(_link, "acc_1");
        _fixture->store.transact(
            [](domain::Transaction& transaction) { transaction.erase(base::AccountId("acc_1")); });
        const auto shown = person(browser("browser-1"));
        CPPUNIT_ASSERT(shown && shown->identity.displayName.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkedPersonTest);
