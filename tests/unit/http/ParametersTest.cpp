// SPDX-License-Identifier: Apache-2.0
// Strict reading of queries and forms.
#include "central_oauth/http/Parameters.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using base::Error;
using base::ErrorCode;

std::string hintOf(const std::string& text) {
    try {
        static_cast<void>(Parameters::parse(text, "query"));
    } catch (const Error& error) {
        CPPUNIT_ASSERT(error.code() == ErrorCode::invalidRequest);
        return error.hint();
    }
    return "accepted";
}

} // namespace

class ParametersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ParametersTest);
    CPPUNIT_TEST(testReadsPairsInOrder);
    CPPUNIT_TEST(testReadsEmptyValues);
    CPPUNIT_TEST(testRefusesRepeatedNames);
    CPPUNIT_TEST(testRefusesMissingNames);
    CPPUNIT_TEST(testRefusesBrokenEncoding);
    CPPUNIT_TEST(testRefusesMoreThanTheMaximum);
    CPPUNIT_TEST(testNamesTheUnknownParameter);
    CPPUNIT_TEST(testDoesNotRepeatAnOddNameInTheHint);
    CPPUNIT_TEST(testGetNamesTheMissingParameter);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsPairsInOrder() {
        const auto parameters = Parameters::parse("b=1+2&a%20x=%3D&c=d=e", "query");
        const std::vector<Parameters::Pair> expected{{"b", "1 2"}, {"a x", "="}, {"c", "d=e"}};
        CPPUNIT_ASSERT(expected == std::vector<Parameters::Pair>(parameters.begin(), parameters.end()));
    }

    void testReadsEmptyValues() {
        const auto parameters = Parameters::parse("a=&b", "query");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parameters.size());
        CPPUNIT_ASSERT(parameters.get("a").empty() && parameters.get("b").empty());
        CPPUNIT_ASSERT(Parameters::parse("", "query").empty());
        CPPUNIT_ASSERT(!parameters.find("A"));
    }

    void testRefusesRepeatedNames() {
        CPPUNIT_ASSERT_EQUAL(std::string("The parameter \"wait\" occurs more than once."),
                             hintOf("wait=1&a=2&%77ait=3"));
    }

    void testRefusesMissingNames() {
        for (const char* text : {"=1", "&", "a=1&&b=2", "&a=1", "="})
            CPPUNIT_ASSERT_EQUAL(std::string("The query has a parameter without a name."), hintOf(text));
    }

    void testRefusesBrokenEncoding() {
        for (const char* text : {"a=%", "a=%zz", "%0=1", "a=%00", "a=%ff"})
            CPPUNIT_ASSERT_EQUAL(std::string("The query is not well encoded."), hintOf(text));
    }

    void testRefusesMoreThanTheMaximum() {
        std::string text;
        for (std::size_t count = 0; count < Parameters::maximumCount; ++count)
            text += (count == 0 ? "p" : "&p") + std::to_string(count) + "=1";
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), hintOf(text));
        CPPUNIT_ASSERT_EQUAL(std::string("The query has too many parameters."), hintOf(text + "&q=1"));
    }

    void testNamesTheUnknownParameter() {
        const auto parameters = Parameters::parse("wait=1&wiat=2", "query");
        const std::vector<std::string> names{"wait"};
        try {
            parameters.requireOnly(names, "query");
            CPPUNIT_FAIL("accepted an unknown parameter");
        } catch (const Error& error) {
            CPPUNIT_ASSERT(error.code() == ErrorCode::invalidRequest);
            CPPUNIT_ASSERT_EQUAL(std::string("The query parameter \"wiat\" is not known here."),
                                 error.hint());
        }
    }

    void testDoesNotRepeatAnOddNameInTheHint() {
        CPPUNIT_ASSERT_EQUAL(std::string("The parameter occurs more than once."),
                             hintOf("%3Cb%3E=1&%3Cb%3E=2"));
        const std::string longName(65, 'n');
        CPPUNIT_ASSERT_EQUAL(std::string("The parameter occurs more than once."),
                             hintOf(longName + "=1&" + longName + "=2"));
    }

    void testGetNamesTheMissingParameter() {
        try {
            static_cast<void>(Parameters::parse("a=1", "form").get("decision"));
            CPPUNIT_FAIL("found what is not there");
        } catch (const Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("The parameter \"decision\" is missing."), error.hint());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ParametersTest);
