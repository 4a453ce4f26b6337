// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX): the snapshot of the environment, and that erased values leave the memory.
#include "central_oauth/config/Environment.h"

#include "../../support/SystemVariable.h"

#include <algorithm>
#include <array>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>
#include <vector>

using central_oauth::config::Environment;

class EnvironmentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EnvironmentTest);
    CPPUNIT_TEST(testFindsValues);
    CPPUNIT_TEST(testEmptyCountsAsUnset);
    CPPUNIT_TEST(testListsNamesByPrefix);
    CPPUNIT_TEST(testReadsTheProcess);
    CPPUNIT_TEST(testErasesInPlaceAndUnsets);
    CPPUNIT_TEST(testErasesOnlyWhatIsNamed);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFindsValues() {
        const Environment environment({{"A", "1=2"}});
        CPPUNIT_ASSERT_EQUAL(std::string("1=2"), std::string(environment.find("A").value()));
        CPPUNIT_ASSERT(!environment.find("B"));
    }

    void testEmptyCountsAsUnset() { CPPUNIT_ASSERT(!Environment({{"A", ""}}).find("A")); }

    void testListsNamesByPrefix() {
        const Environment environment({{"X_B", "1"}, {"X_A", ""}, {"Y", "1"}, {"W", "1"}, {"X", "1"}});
        CPPUNIT_ASSERT((environment.names("X_") == std::vector<std::string>{"X_A", "X_B"}));
        CPPUNIT_ASSERT(environment.names("Z").empty());
    }

    void testReadsTheProcess() {
        const central_oauth::test::SystemVariable variable("CENTRAL_OAUTH_UNIT_TEST_READ", "a=b");
        const auto environment = Environment::fromProcess();
        CPPUNIT_ASSERT_EQUAL(std::string("a=b"),
                             std::string(environment.find("CENTRAL_OAUTH_UNIT_TEST_READ").value()));
    }

    void testErasesInPlaceAndUnsets() {
        // putenv makes this array part of the environment, so the test can watch its characters.
        static std::array<char, 64> entry{};
        const std::string text = "CENTRAL_OAUTH_UNIT_TEST_ERASE=canary-value";
        std::copy(text.begin(), text.end(), entry.begin());
        ::putenv(entry.data());
        const auto snapshot = Environment::fromProcess();
        Environment::eraseSecrets({"CENTRAL_OAUTH_UNIT_TEST_ERASE", "CENTRAL_OAUTH_UNIT_TEST_ABSENT"});
        CPPUNIT_ASSERT(std::getenv("CENTRAL_OAUTH_UNIT_TEST_ERASE") == nullptr);
        const auto valueStart = entry.begin() + static_cast<std::ptrdiff_t>(text.find('=')) + 1;
        CPPUNIT_ASSERT(std::all_of(valueStart, entry.end(), [](char c) { return c == '\0'; }));
        CPPUNIT_ASSERT_EQUAL(std::string("canary-value"),
                             std::string(snapshot.find("CENTRAL_OAUTH_UNIT_TEST_ERASE").value()));
    }

    void testErasesOnlyWhatIsNamed() {
        const central_oauth::test::SystemVariable kept("CENTRAL_OAUTH_UNIT_TEST_KEEP", "kept");
        const central_oauth::test::SystemVariable gone("CENTRAL_OAUTH_UNIT_TEST_KEEP_NOT", "gone");
        Environment::eraseSecrets({"CENTRAL_OAUTH_UNIT_TEST_KEEP_NOT"});
        CPPUNIT_ASSERT_EQUAL(std::string("kept"), std::string(std::getenv("CENTRAL_OAUTH_UNIT_TEST_KEEP")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvironmentTest);
