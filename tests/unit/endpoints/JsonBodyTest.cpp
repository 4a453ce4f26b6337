// SPDX-License-Identifier: Apache-2.0
// Request bodies, well-formed and hostile.
#include "central_oauth/endpoints/JsonBody.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::endpoints;
using base::ErrorCode;

class JsonBodyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonBodyTest);
    CPPUNIT_TEST(testReadsTexts);
    CPPUNIT_TEST(testEmptyBodyIsAnEmptyObject);
    CPPUNIT_TEST(testAbsentAndNullAreEmpty);
    CPPUNIT_TEST(testTextOfBlanksIsRefusedByName);
    CPPUNIT_TEST(testOtherTypesAreRefusedByName);
    CPPUNIT_TEST(testReadsLists);
    CPPUNIT_TEST(testReadsNumbers);
    CPPUNIT_TEST(testReadsFlags);
    CPPUNIT_TEST(testTellsWhatIsThere);
    CPPUNIT_TEST(testRepeatedMembersAreRefusedByName);
    CPPUNIT_TEST(testNulIsRefused);
    CPPUNIT_TEST(testIllFormedUtf8IsRefused);
    CPPUNIT_TEST(testUnknownFieldsAreRefusedByName);
    CPPUNIT_TEST(testNamesThatNoApiHasAreNotRepeated);
    CPPUNIT_TEST(testLaterFieldsAreAnnounced);
    CPPUNIT_TEST(testLaterFieldsAreRefusedWhateverTheyHold);
    CPPUNIT_TEST(testBrokenJsonIsRefused);
    CPPUNIT_TEST(testOtherThanAnObjectIsRefused);
    CPPUNIT_TEST(testDepthIsLimited);
    CPPUNIT_TEST(testContentTypeMustFit);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsTexts() {
        const auto body = parse("{\"label\":\"a \\\"b\\\" \\u00fc\\n\",\"subject\":\"M\xc3\xbcller\"}");
        CPPUNIT_ASSERT_EQUAL(std::string("a \"b\" \xc3\xbc\n"), body.text("label"));
        CPPUNIT_ASSERT_EQUAL(std::string("M\xc3\xbcller"), body.text("subject"));
    }

    void testEmptyBodyIsAnEmptyObject() {
        CPPUNIT_ASSERT_EQUAL(std::string(), parse("", "").text("label"));
        CPPUNIT_ASSERT_EQUAL(std::string(), parse("{}").text("label"));
        expectRefused(ErrorCode::invalidRequest, " ");
    }

    void testAbsentAndNullAreEmpty() {
        const auto body = parse(R"({"label":null})");
        for (const std::string name : {"label", "subject", "site"})
            CPPUNIT_ASSERT_EQUAL(std::string(), body.text(name));
    }

    void testTextOfBlanksIsRefusedByName() {
        for (const std::string value :
             {"", " ", "\\t", "\\n\\r", "\xC2\xA0", "\xE3\x80\x80 ", "\\u200b\\ufeff"})
            CPPUNIT_ASSERT_EQUAL(
                std::string(
                    "The field \"label\" is empty or shows nothing; what is sent needs a visible character."),
                expectRefused(ErrorCode::invalidRequest, "{\"label\":\"" + value + "\"}"));
        for (const std::string value : {"0", " a", "\xC2\xA1", "\xE3\x80\x81"})
            CPPUNIT_ASSERT_EQUAL(value, parse("{\"label\":\"" + value + "\"}").text("label"));
    }

    void testOtherTypesAreRefusedByName() {
        for (const std::string value : {"7", "-1.5", "true", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}"})
            CPPUNIT_ASSERT_EQUAL(std::string("The field \"label\" must be a string."),
                                 expectRefused(ErrorCode::invalidRequest, "{\"label\":" + value + "}"));
    }

    void testReadsLists() {
        const auto body = parse(R"({"scopes":["b","a","","\u00fc"]})");
        const std::vector<std::string> expected{"b", "a", "", "\xc3\xbc"};
        CPPUNIT_ASSERT(expected == body.texts("scopes"));
        CPPUNIT_ASSERT(parse(R"({"scopes":[]})").texts("scopes").empty());
        CPPUNIT_ASSERT(parse(R"({"scopes":null})").texts("scopes").empty());
        for (const std::string value : {"\"a\"", "7", "true", "{}", "[7]", "[null]", "[[\"a\"]]", "[{}]"})
            CPPUNIT_ASSERT_EQUAL(std::string("The field \"scopes\" must be an array of strings."),
                                 expectRefused(ErrorCode::invalidRequest, "{\"scopes\":" + value + "}"));
    }

    void testReadsNumbers() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), parse(R"({"version":0})").number("version").value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-7), parse(R"({"version":-7})").number("version").value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(9'223'372'036'854'775'807),
                             parse(R"({"version":9223372036854775807})").number("version").value());
        CPPUNIT_ASSERT(!parse("{}").number("version"));
        CPPUNIT_ASSERT(!parse(R"({"version":null})").number("version"));
        for (const std::string value : {"\"7\"", "7.0", "7e0", "true", "[]", "9223372036854775808"})
            CPPUNIT_ASSERT_EQUAL(std::string("The field \"version\" must be a whole number."),
                                 expectRefused(ErrorCode::invalidRequest, "{\"version\":" + value + "}"));
        for (const std::string value : {"07", "+7", "0x7", "7."})
            (void)expectRefused(ErrorCode::invalidRequest, "{\"version\":" + value + "}");
    }

    void testReadsFlags() {
        CPPUNIT_ASSERT_EQUAL(true, parse(R"({"link":true})").flag("link").value());
        CPPUNIT_ASSERT_EQUAL(false, parse(R"({"link":false})").flag("link").value());
        CPPUNIT_ASSERT(!parse("{}").flag("link"));
        for (const std::string value : {"\"true\"", "1", "0", "[]"})
            CPPUNIT_ASSERT_EQUAL(std::string("The field \"link\" must be true or false."),
                                 expectRefused(ErrorCode::invalidRequest, "{\"link\":" + value + "}"));
    }

    void testTellsWhatIsThere() {
        const auto body = parse(R"({"label":"a","scopes":[],"version":0,"link":false,"site":null})");
        for (const std::string name : {"label", "scopes", "version", "link"})
            CPPUNIT_ASSERT_MESSAGE(name, body.has(name));
        CPPUNIT_ASSERT_MESSAGE("null", !body.has("site"));
        CPPUNIT_ASSERT_MESSAGE("absent", !body.has("subject"));
    }

    void testRepeatedMembersAreRefusedByName() {
        for (const std::string second : {"\"b\"", "\"a\"", "null", "7"})
            CPPUNIT_ASSERT_EQUAL(
                std::string("The field \"label\" is there twice."),
                expectRefused(ErrorCode::invalidRequest, "{\"label\":\"a\",\"label\":" + second + "}"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "spelled otherwise", std::string("The field \"label\" is there twice."),
            expectRefused(ErrorCode::invalidRequest, R"({"label":"a","site":"","\u006cabel":"b"})"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "of a type that comes to nothing", std::string("The field \"label\" is there twice."),
            expectRefused(ErrorCode::invalidRequest, R"({"label":{"label":"a"},"label":"b"})"));
    }

    void testNulIsRefused() {
        for (const std::string& text :
             {std::string(R"({"label":"a\u0000b"})"), std::string(R"({"label\u0000":"a"})"),
              std::string(R"({"label\u0000x":"a"})"), std::string(R"({"scopes":["\u0000"]})"),
              std::string("{\"label\":\"a\0b\"}", 15), std::string("{\"label\0\":\"a\"}", 14),
              std::string("{\"label\":\"a\"\0}", 15)})
            (void)expectRefused(ErrorCode::invalidRequest, text);
    }

    void testIllFormedUtf8IsRefused() {
        for (const std::string bytes :
             {"\x80", "\xff", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80",
              "\xed\xb0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
              "\xc3(", "\xe2\x28\xa1"}) {
            (void)expectRefused(ErrorCode::invalidRequest, "{\"label\":\"" + bytes + "\"}");
            (void)expectRefused(ErrorCode::invalidRequest, "{\"" + bytes + "\":\"a\"}");
            (void)expectRefused(ErrorCode::invalidRequest, "{\"scopes\":[\"" + bytes + "\"]}");
        }
        for (const std::string escaped : {R"(\ud800)", R"(\udc00)", R"(\ud800\u0041)", R"(\udc00\ud800)"})
            (void)expectRefused(ErrorCode::invalidRequest, "{\"label\":\"" + escaped + "\"}");
        CPPUNIT_ASSERT_EQUAL(std::string("\xf0\x9f\x98\x80"),
                             parse(R"({"label":"\ud83d\ude00"})").text("label"));
    }

    void testUnknownFieldsAreRefusedByName() {
        CPPUNIT_ASSERT_EQUAL(std::string("There is no field \"lable\" here."),
                             expectRefused(ErrorCode::invalidRequest, R"({"lable":"x"})"));
        for (const std::string name : {"Label", "label ", ""})
            (void)expectRefused(ErrorCode::invalidRequest, "{\"" + name + "\":\"x\"}");
        (void)expectRefused(ErrorCode::invalidRequest, R"({"label":"x","lable":null})");
    }

    void testNamesThatNoApiHasAreNotRepeated() {
        const std::string credential = "cok_" + std::string(61, 'Q');
        for (const std::string& name :
             {credential, std::string("<b>"), std::string("a\\nb"), std::string(65, 'a'), std::string()}) {
            const auto hint = expectRefused(ErrorCode::invalidRequest, "{\"" + name + "\":1}");
            CPPUNIT_ASSERT_EQUAL(std::string("There is no field of that name here."), hint);
        }
    }

    void testLaterFieldsAreAnnounced() {
        CPPUNIT_ASSERT_EQUAL(std::string("The field \"login_hint\" is not offered yet; leave it out."),
                             expectRefused(ErrorCode::notImplemented, R"({"login_hint":"ann"})"));
    }

    void testLaterFieldsAreRefusedWhateverTheyHold() {
        for (const std::string value : {"null", "[\"a\"]", "7"})
            (void)expectRefused(ErrorCode::notImplemented, "{\"login_hint\":" + value + "}");
    }

    void testBrokenJsonIsRefused() {
        for (const std::string& text :
             {std::string("{"), std::string("{}{}"), std::string("{} x"), std::string("{\"label\":\"a\",}"),
              std::string("{label:\"a\"}"), std::string("{'label':'a'}"), std::string("{\"label\":\"a"),
              std::string("{\"label\":\"a\nb\"}"), std::string("{\"label\":\"\xff\xfe\"}"),
              std::string("{\"label\":\"\xc0\xaf\"}"), std::string(R"({"label":"\ud800"})"),
              std::string("/**/{}"), std::string("\xef\xbb\xbf{}"), std::string("{}\0", 3),
              std::string("{\"label\":1e999999}"), std::string("{\"label\":") + std::string(400, '9') + "}",
              std::string("{\"label\":NaN}")})
            (void)expectRefused(ErrorCode::invalidRequest, text);
    }

    void testOtherThanAnObjectIsRefused() {
        for (const std::string text : {"[]", "[{}]", "\"text\"", "7", "true", "null"})
            CPPUNIT_ASSERT_MESSAGE(text, expectRefused(ErrorCode::invalidRequest, text).find("JSON object") !=
                                             std::string::npos);
    }

    void testDepthIsLimited() {
        CPPUNIT_ASSERT_EQUAL_MESSAGE("read, then refused for its type",
                                     std::string("The field \"label\" must be a string."),
                                     expectRefused(ErrorCode::invalidRequest, nested(7)));
        for (const std::size_t depth : {std::size_t(8), std::size_t(9), std::size_t(8000)})
            CPPUNIT_ASSERT(expectRefused(ErrorCode::invalidRequest, nested(depth)).find("deeper than 8") !=
                           std::string::npos);
        std::string objects = "{}";
        for (int level = 0; level < 8; ++level)
            objects = "{\"label\":" + objects + "}";
        CPPUNIT_ASSERT(expectRefused(ErrorCode::invalidRequest, objects).find("deeper than 8") !=
                       std::string::npos);
    }

    void testContentTypeMustFit() {
        (void)parse("{}", "application/json; charset=UTF-8");
        for (const std::string type :
             {"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"})
            (void)expectRefused(ErrorCode::unsupportedMediaType, "{}", type);
    }

private:
    static const JsonBody::Fields& fields() {
        static const JsonBody::Fields known{.texts = {"label", "subject", "site"},
                                            .lists = {"scopes"},
                                            .numbers = {"version"},
                                            .flags = {"link"},
                                            .later = {"login_hint"}};
        return known;
    }

    static JsonBody parse(const std::string& text, const std::string& type = "application/json") {
        http::Request::Parts parts;
        parts.method = "POST";
        if (!type.empty())
            parts.headers.add("Content-Type", type);
        parts.body = text;
        return JsonBody::parse(http::Request(std::move(parts)), fields());
    }

    // Asserts a refusal and returns its hint.
    static std::string expectRefused(ErrorCode code, const std::string& text,
                                     const std::string& type = "application/json") {
        try {
            (void)parse(text, type);
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text.substr(0, 80), std::string(base::nameOf(code)),
                                         std::string(base::nameOf(error.code())));
            return error.hint();
        }
        CPPUNIT_FAIL("taken: " + text.substr(0, 80));
        return {};
    }

    // Returns a field that holds this many nested arrays.
    static std::string nested(std::size_t depth) {
        return "{\"label\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonBodyTest);
