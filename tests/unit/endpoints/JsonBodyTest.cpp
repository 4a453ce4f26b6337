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
    CPPUNIT_TEST(testOtherTypesAreRefusedByName);
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
        CPPUNIT_ASSERT_EQUAL(std::string("a\0b", 3), parse(R"({"label":"a\u0000b"})").text("label"));
    }

    void testEmptyBodyIsAnEmptyObject() {
        CPPUNIT_ASSERT_EQUAL(std::string(), parse("", "").text("label"));
        CPPUNIT_ASSERT_EQUAL(std::string(), parse("{}").text("label"));
        expectRefused(ErrorCode::invalidRequest, " ");
    }

    void testAbsentAndNullAreEmpty() {
        const auto body = parse(R"({"label":null,"subject":""})");
        for (const std::string name : {"label", "subject", "site"})
            CPPUNIT_ASSERT_EQUAL(std::string(), body.text(name));
    }

    void testOtherTypesAreRefusedByName() {
        for (const std::string value : {"7", "-1.5", "true", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}"})
            CPPUNIT_ASSERT_EQUAL(std::string("The field \"label\" must be a string."),
                                 expectRefused(ErrorCode::invalidRequest, "{\"label\":" + value + "}"));
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
            (void)expectRefused(ErrorCode::invalidRequest, text);
    }

    void testDepthIsLimited() {
        CPPUNIT_ASSERT_EQUAL_MESSAGE("read, then refused for its type",
                                     std::string("The field \"label\" must be a string."),
                                     expectRefused(ErrorCode::invalidRequest, nested(7)));
        for (const std::size_t depth : {std::size_t(8), std::size_t(9), std::size_t(8000)})
            CPPUNIT_ASSERT(expectRefused(ErrorCode::invalidRequest, nested(depth)).find("deeper than 8") !=
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
        static const JsonBody::Fields known{{"label", "subject", "site"}, {"login_hint"}};
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

    // The hint of the refusal.
    static std::string expectRefused(ErrorCode code, const std::string& text,
                                     const std::string& type = "application/json") {
        try {
            (void)parse(text, type);
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text.substr(0, 80), std::string(base::errorName(code)),
                                         std::string(base::errorName(error.code())));
            return error.hint();
        }
        CPPUNIT_FAIL("taken: " + text.substr(0, 80));
        return {};
    }

    // A field that holds so many arrays in one another.
    static std::string nested(std::size_t depth) {
        return "{\"label\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonBodyTest);
