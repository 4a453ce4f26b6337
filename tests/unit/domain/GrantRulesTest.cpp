// SPDX-License-Identifier: Apache-2.0
// The grants that a link accepts.
#include "central_oauth/domain/GrantRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using namespace central_oauth::domain;

class GrantRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantRulesTest);
    CPPUNIT_TEST(testWithoutAnExpectedPersonAnybodyIsAccepted);
    CPPUNIT_TEST(testPersonIsExact);
    CPPUNIT_TEST(testMailDomains);
    CPPUNIT_TEST(testHiddenAddressMatchesNoDomain);
    CPPUNIT_TEST(testBothRulesApply);
    CPPUNIT_TEST_SUITE_END();

public:
    void testWithoutAnExpectedPersonAnybodyIsAccepted() { CPPUNIT_ASSERT(isWanted("person-1", "")); }

    void testPersonIsExact() {
        _link.expectedUpstreamId = "person-1";
        CPPUNIT_ASSERT(isWanted("person-1", ""));
        for (const std::string other : {"person-2", "Person-1", "person-1 ", "person-", ""})
            CPPUNIT_ASSERT_MESSAGE(other, !isWanted(other, ""));
    }

    void testMailDomains() {
        _domains = {"acme.com", "acme.co.uk"};
        for (const std::string email : {"ann@acme.com", "ann@ACME.Com", "bob@acme.co.uk", "\"a@b\"@acme.com"})
            CPPUNIT_ASSERT_MESSAGE(email, isWanted("person-1", email));
        for (const std::string email :
             {"ann@acme.org", "ann@mail.acme.com", "ann@notacme.com", "ann@acme.com.evil.example",
              "ann@acme.com@evil.example", "ann@acme.com ", "@acme.com", "acme.com", "ann@", "ann@acme.com."})
            CPPUNIT_ASSERT_MESSAGE(email, !isWanted("person-1", email));
    }

    void testHiddenAddressMatchesNoDomain() {
        _domains = {"acme.com"};
        CPPUNIT_ASSERT(!isWanted("person-1", ""));
    }

    void testBothRulesApply() {
        _link.expectedUpstreamId = "person-1";
        _domains = {"acme.com"};
        CPPUNIT_ASSERT(isWanted("person-1", "ann@acme.com"));
        CPPUNIT_ASSERT(!isWanted("person-2", "ann@acme.com"));
        CPPUNIT_ASSERT(!isWanted("person-1", "ann@other.example"));
    }

private:
    bool isWanted(const std::string& id, const std::string& email) {
        return isExpectedPerson(_link, _domains, {id, "Ann Example", email});
    }

    Link _link;
    std::vector<std::string> _domains;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantRulesTest);
