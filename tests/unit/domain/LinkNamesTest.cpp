// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/LinkLife.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <string>

using namespace central_oauth::domain;

class LinkNamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkNamesTest);
    CPPUNIT_TEST(testEachNameLeadsBack);
    CPPUNIT_TEST(testUnknownNamesAreNone);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachNameLeadsBack() {
        expectRoundTrip(LinkStatus::ended, linkStatusOf);
        expectRoundTrip(EndReason::cancelled, endReasonOf);
        expectRoundTrip(EndCause::serviceNetwork, endCauseOf);
        expectRoundTrip(PollMethod::verifier, pollMethodOf);
    }

    void testUnknownNamesAreNone() {
        for (const std::string name : {"", "Pending", "pending ", "expired"}) {
            CPPUNIT_ASSERT(!linkStatusOf(name));
            CPPUNIT_ASSERT(!endReasonOf(name));
            CPPUNIT_ASSERT(!endCauseOf(name));
            CPPUNIT_ASSERT(!pollMethodOf(name));
        }
    }

private:
    // Every enumerator has a name of its own.
    template <class Enum, class Parse>
    static void expectRoundTrip(Enum last, const Parse& parse) {
        std::set<std::string> names;
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            const auto value = static_cast<Enum>(i);
            const auto parsed = parse(nameOf(value));
            CPPUNIT_ASSERT(parsed.has_value() && *parsed == value);
            CPPUNIT_ASSERT(names.emplace(nameOf(value)).second);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkNamesTest);
