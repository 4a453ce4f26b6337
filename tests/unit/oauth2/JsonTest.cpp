// SPDX-License-Identifier: Apache-2.0
// Hostile answers in place of JSON.
#include "central_oauth/oauth2/Json.h"

#include "central_oauth/provider/ProviderError.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace central_oauth;
using oauth2::JsonReader;
using provider::ProviderError;
using provider::Secret;

namespace {

std::string refusalOf(const std::function<void()>& read) {
    try {
        read();
    } catch (const ProviderError& error) {
        CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::protocol);
        return error.what();
    }
    return "accepted";
}

std::string refusalOfText(const std::string& text) {
    return refusalOf([&] { static_cast<void>(oauth2::parseObject(Secret(text), "answer")); });
}

std::string nested(int depth) {
    std::string text = "1";
    for (int i = 0; i < depth; ++i)
        text = "{\"a\":" + text + "}";
    return text;
}

JsonReader readerOf(const std::string& text) {
    return {oauth2::parseObject(Secret(text), "answer"), "answer"};
}

} // namespace

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(testRefusesWhatIsNoObject);
    CPPUNIT_TEST(testRefusesDepthBeyondEight);
    CPPUNIT_TEST(testRefusesHugeText);
    CPPUNIT_TEST(testNeverQuotesTheContent);
    CPPUNIT_TEST(testChecksTypesAndLengths);
    CPPUNIT_TEST(testChecksArrays);
    CPPUNIT_TEST(testRepairsTextsOnly);
    CPPUNIT_TEST(testRepairedTextsAreRead);
    CPPUNIT_TEST(testDisplayTextIsEmptyForOtherTypes);
    CPPUNIT_TEST_SUITE_END();

    void testRefusesWhatIsNoObject() {
        for (const char* text : {"", " ", "[]", "\"text\"", "1", "null", "{", "{\"a\":1}x", "{\"a\":}",
                                 "<html>", "{\"a\":\"\\u0000\"}", "{'a':1}", "{\"a\":1}{\"b\":2}",
                                 "{\"a\":1e99999}", "{\"a\":99999999999999999999999}", "{\"a\":\"\xff\"}"}) {
            const std::string refusal = refusalOfText(text);
            CPPUNIT_ASSERT_MESSAGE(std::string(text) + " " + refusal, refusal.starts_with("answer is "));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("answer is not a JSON array"), refusalOf([] {
                                 static_cast<void>(oauth2::parseArray(Secret("{}"), "answer"));
                             }));
        CPPUNIT_ASSERT(oauth2::parseArray(Secret("[]"), "answer")->size() == 0);
    }

    void testRefusesDepthBeyondEight() {
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOfText(nested(8)));
        CPPUNIT_ASSERT_EQUAL(std::string("answer is not JSON of reasonable depth"), refusalOfText(nested(9)));
        CPPUNIT_ASSERT_EQUAL(std::string("answer is not JSON of reasonable depth"),
                             refusalOfText(std::string(100000, '[')));
    }

    void testRefusesHugeText() {
        CPPUNIT_ASSERT_EQUAL(std::string("answer is too large"),
                             refusalOfText("{\"a\":\"" + std::string(256 * 1024, 'a') + "\"}"));
    }

    void testNeverQuotesTheContent() {
        for (const char* text : {"canary", "{\"a\":canary}", "{\"canary\":\"canary"})
            CPPUNIT_ASSERT(refusalOfText(text).find("canary") == std::string::npos);
    }

    void testChecksTypesAndLengths() {
        const auto reader = readerOf(R"({"text":"abc","number":1,"null":null,"empty":"","object":{}})");
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), reader.text("text", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("answer has a text that is too long"),
                             refusalOf([&] { static_cast<void>(reader.text("text", 2)); }));
        for (const char* member : {"null", "empty", "absent"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(), reader.optionalText(member, 9));
            CPPUNIT_ASSERT_EQUAL(std::string("answer has no ") + member,
                                 refusalOf([&] { static_cast<void>(reader.text(member, 9)); }));
        }
        for (const char* member : {"number", "object"})
            CPPUNIT_ASSERT_EQUAL(std::string("answer has a ") + member + " that is not a string",
                                 refusalOf([&] { static_cast<void>(reader.optionalText(member, 9)); }));
    }

    void testChecksArrays() {
        const auto reader = readerOf(R"({"good":["a","b"],"mixed":["a",1],"hole":[null],"text":"a"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), reader.optionalTexts("good", 2).size());
        CPPUNIT_ASSERT(reader.optionalTexts("absent", 2).empty());
        CPPUNIT_ASSERT(refusalOf([&] { static_cast<void>(reader.optionalTexts("good", 1)); }) != "accepted");
        for (const char* member : {"mixed", "hole", "text"})
            CPPUNIT_ASSERT_MESSAGE(
                member, refusalOf([&] { static_cast<void>(reader.optionalTexts(member, 9)); }) != "accepted");
        const auto array = oauth2::parseArray(Secret("[{},1]"), "answer");
        CPPUNIT_ASSERT_NO_THROW(JsonReader::element(*array, 0, "answer"));
        CPPUNIT_ASSERT_THROW(JsonReader::element(*array, 1, "answer"), ProviderError);
    }

    static std::string repaired(const std::string& text) {
        return std::string(oauth2::withReadableTexts(Secret(text)).reveal());
    }

    void testRepairsTextsOnly() {
        const std::string replacement = "\\uFFFD";
        for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
                 {R"({"a":"b\"c\\","d":[1,true]})", R"({"a":"b\"c\\","d":[1,true]})"},
                 {R"("\u0000")", "\"" + replacement + "\""},
                 {R"("\\u0000")", R"("\\u0000")"},
                 {R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
                 {R"("\ud83d")", "\"" + replacement + "\""},
                 {R"("\ud83dx\ude00")", "\"" + replacement + "x" + replacement + "\""},
                 {R"("\ud83d\ud83d\ude00")", "\"" + replacement + R"(\ud83d\ude00")"},
                 {R"("\u00e4")", R"("\u00e4")"},
                 {R"("\u00)", R"("\u00)"},
                 {"\"\\", "\"\\"},
                 {"\"a\x01\nb\"\n", "\"a  b\"\n"},
                 {"\"\xC3\xA4\xFF\xC3\"", "\"\xC3\xA4??\""},
                 {"\"\xED\xA0\x80\"", "\"???\""},
                 {"\xFF", "\xFF"},
                 {"", ""}})
            CPPUNIT_ASSERT_EQUAL(expected, repaired(text));
    }

    void testRepairedTextsAreRead() {
        for (const std::string content :
             {"\\u0000", "\\ud800", "\\udc00\\ud800", "\xff", "\xC0\xAF", "\x01", "\n", "\\ud83d\\u0041"}) {
            const auto text = repaired("{\"a\":\"x" + content + "y\"}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(content, std::string("accepted"), refusalOfText(text));
            const auto read = readerOf(text).displayText("a");
            CPPUNIT_ASSERT_MESSAGE(read, read.starts_with("x") && read.ends_with("y"));
        }
    }

    void testDisplayTextIsEmptyForOtherTypes() {
        const auto reader =
            readerOf(R"({"text":"abc","number":1,"null":null,"object":{},"array":["a"],"true":true})");
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), reader.displayText("text"));
        for (const char* member : {"number", "null", "object", "array", "true", "absent"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(member, std::string(), reader.displayText(member));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);
