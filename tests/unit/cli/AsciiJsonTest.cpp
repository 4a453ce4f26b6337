// SPDX-License-Identifier: Apache-2.0
// JSON that no terminal obeys and that parses as before.
#include "central_oauth/cli/AsciiJson.h"

#include "central_oauth/cli/Failure.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::cli;
using namespace std::string_literals;

class AsciiJsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AsciiJsonTest);
    CPPUNIT_TEST(testKeepsNumbersAndOrder);
    CPPUNIT_TEST(testEscapesWhatATerminalObeys);
    CPPUNIT_TEST(testReadsBackAsItWas);
    CPPUNIT_TEST(testMarksBrokenEncoding);
    CPPUNIT_TEST(testRefusesWhatIsNoJson);
    CPPUNIT_TEST(testTakesItemsApart);
    CPPUNIT_TEST(testQuotes);
    CPPUNIT_TEST_SUITE_END();

    static bool isVisible(const std::string& text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
    }

    static std::string parsed(const std::string& json) {
        return Poco::JSON::Parser()
            .parse("[" + json + "]")
            .extract<Poco::JSON::Array::Ptr>()
            ->getElement<std::string>(0);
    }

public:
    void testKeepsNumbersAndOrder() {
        CPPUNIT_ASSERT_EQUAL(R"({"z":1.50,"a":[12345678901234567890123,-0,1E+2],"m":{},"t":true})"s,
                             asciiJson("{ \"z\" : 1.50,\r\n\t\"a\":[12345678901234567890123, -0, 1E+2 ], "
                                       "\"m\": { }, \"t\":true }\n"));
        CPPUNIT_ASSERT_EQUAL(R"({"a b":" \" \\"})"s, asciiJson(R"({ "a b" : " \" \\" })"));
    }

    void testEscapesWhatATerminalObeys() {
        CPPUNIT_ASSERT_EQUAL(R"(["\u001b[2J\u007f\u009b\u202e\u00e9\ud83d\ude00"])"s,
                             asciiJson("[\"\x1b[2J\x7f\u009b\u202e\u00e9\U0001F600\"]"));
        CPPUNIT_ASSERT_EQUAL(R"(["\u0000\u000a"])"s, asciiJson("[\"\0\n\"]"s));
    }

    void testReadsBackAsItWas() {
        const std::string text = "Zo\u00eb \u202e\u05d0 \U0001F600 \u009b2J \"q\" \\ / end";
        CPPUNIT_ASSERT_EQUAL(text, parsed(quotedJson(text)));
        CPPUNIT_ASSERT(isVisible(quotedJson(text)));
        CPPUNIT_ASSERT_EQUAL(text, parsed(asciiJson("\"Zo\u00eb \u202e\u05d0 \U0001F600 \u009b2J \\\"q\\\" "
                                                    "\\\\ \\/ end\"")));
    }

    void testMarksBrokenEncoding() {
        for (const std::string& bytes : {"\xff"s, "\xc3"s, "\xe2\x82"s, "\xc0\xaf"s, "\xed\xa0\x80"s,
                                         "\xf8\x88\x80\x80\x80"s, "\x9b"s}) {
            const std::string json = asciiJson("[\"" + bytes + "\"]");
            CPPUNIT_ASSERT_MESSAGE(json, isVisible(json));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(json, std::size_t(0), json.find("[\"\\ufffd"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(json, json.size() - 2, json.rfind("\"]"));
        }
    }

    void testRefusesWhatIsNoJson() {
        for (const std::string& text : {"{}\x1b[2J"s, "{\u00e9}"s, "[1,\x0b 2]"s, "[\"\\\u00e9\"]"s})
            CPPUNIT_ASSERT_THROW(static_cast<void>(asciiJson(text)), UnreadableAnswer);
    }

    void testTakesItemsApart() {
        const std::string page =
            R"({"n":{"items":[9]},"s":"\"items\":[8]","items":[{"a":"},]\"","b":[1,{"c":2}]},"x,]",[],3],"z":1})";
        const std::vector<std::string> items = itemsOf(page, "items");
        const std::vector<std::string> wanted{R"({"a":"},]\"","b":[1,{"c":2}]})", R"("x,]")", "[]", "3"};
        CPPUNIT_ASSERT(wanted == items);
        for (const char* none : {R"({"items":[]})", R"({"items":null})", R"({"other":[1]})", "{}", "", "[1]",
                                 R"({"items)", R"({"items":})", "{,,", R"({"\)"})
            CPPUNIT_ASSERT_MESSAGE(none, itemsOf(none, "items").empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, itemsOf(R"({"items":[1],"items":[1,2]})", "items").size());
        for (const char* cut : {R"({"items":[)", R"({"items":[})", R"({"items":["a\)", R"({"items":[{"a")"})
            CPPUNIT_ASSERT_MESSAGE(cut, itemsOf(cut, "items").size() <= 1); // and it terminates
    }

    void testQuotes() {
        CPPUNIT_ASSERT_EQUAL(R"("a\"b\\c\u000a\u00e9")"s, quotedJson("a\"b\\c\n\u00e9"));
        CPPUNIT_ASSERT_EQUAL("\"\""s, quotedJson(""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AsciiJsonTest);
