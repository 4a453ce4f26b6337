// SPDX-License-Identifier: Apache-2.0
// The list of faults as a terminal shows it.
#include "central_oauth/config/Report.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::config;

class ReportTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReportTest);
    CPPUNIT_TEST(testNumbersTheFaults);
    CPPUNIT_TEST(testSentencesEndOnce);
    CPPUNIT_TEST(testWarningsAreNoFaults);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNumbersTheFaults() {
        const Report report{{{"A", "is odd", "make it even"}, {"B", "is missing", "set it"}}, {}};
        CPPUNIT_ASSERT(report.hasFaults());
        CPPUNIT_ASSERT_EQUAL(
            std::string("1. A is odd.\n   Fix: make it even.\n2. B is missing.\n   Fix: set it.\n"),
            faultText(report));
    }

    void testSentencesEndOnce() {
        CPPUNIT_ASSERT_EQUAL(std::string("1. A is odd.\n   Fix: Make it even.\n"),
                             faultText({{{"A", "is odd.", "Make it even."}}, {}}));
    }

    void testWarningsAreNoFaults() {
        const Report report{{}, {{"A", "is odd"}}};
        CPPUNIT_ASSERT(!report.hasFaults());
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReportTest);
