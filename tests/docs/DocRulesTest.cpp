// SPDX-License-Identifier: Apache-2.0
// The rules for comparing a documented answer, and for reading a page.
#include "AnswerMatch.h"
#include "ExchangeLog.h"
#include "Markdown.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class DocRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DocRulesTest);
    CPPUNIT_TEST(testValuesAreEqual);
    CPPUNIT_TEST(testNamesAreEqualAtAnyDepth);
    CPPUNIT_TEST(testTypesAreEqual);
    CPPUNIT_TEST(testSomethingLeftOut);
    CPPUNIT_TEST(testVaryingValues);
    CPPUNIT_TEST(testCredentialsAreNotShown);
    CPPUNIT_TEST(testBlocksMarksAndStatus);
    CPPUNIT_TEST(testAnchorsAndLinks);
    CPPUNIT_TEST(testLastExchange);
    CPPUNIT_TEST_SUITE_END();

public:
    void testValuesAreEqual() {
        same(R"({"a":"x","b":1,"c":true,"d":null})", R"({"d":null,"c":true,"b":1,"a":"x"})");
        differs(R"({"error":"not_found"})", R"({"error":"conflict"})");
        differs(R"({"a":1})", R"({"a":2})");
        differs(R"({"a":true})", R"({"a":false})");
        differs(R"({"a":["x"]})", R"({"a":["y"]})");
    }

    void testNamesAreEqualAtAnyDepth() {
        differs(R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2}})");
        differs(R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1}})");
        differs(R"({"a":[{"b":1}]})", R"({"a":[{"c":1}]})");
        differs(R"({"a":[1]})", R"({"a":[1,1]})");
        differs(R"({"a":[1,1]})", R"({"a":[1]})");
    }

    void testTypesAreEqual() {
        differs(R"({"a":"1"})", R"({"a":1})");
        differs(R"({"a":null})", R"({"a":""})");
        differs(R"({"a":"…"})", R"({"a":null})");
        differs(R"({"a":["…"]})", R"({"a":"x"})");
        differs(R"({"a":{"…":"…"}})", R"({"a":[]})");
        differs(R"({"a":"2026-01-01T00:00:00Z"})", R"({"a":null})");
    }

    void testSomethingLeftOut() {
        same(R"({"a":"cok_…"})", R"({"a":"cok_abc"})");
        same(R"({"a":"http://h/link/…","b":["…"],"c":{"…":"…"}})",
             R"({"a":"http://h/link/Zg","b":[1,{"x":2}],"c":{"y":3}})");
        differs(R"({"a":"cok_…"})", R"({"a":"cos_abc"})");
        differs(R"({"a":"cok_…"})", R"({"a":"cok_"})");
        differs(R"({"a":"…/x"})", R"({"a":"h/y"})");
        CPPUNIT_ASSERT(fits("a…c…e", "abbcde"));
        CPPUNIT_ASSERT(!fits("a…c…e", "abbde"));
    }

    void testVaryingValues() {
        same(R"({"since":"2026-11-24T06:54:28Z"})", R"({"since":"2031-01-01T00:00:00Z"})");
        differs(R"({"since":"2026-11-24T06:54:28Z"})", R"({"since":"yesterday"})");
        same(R"({"link_code":"816062203970"})", R"({"link_code":"000000000001"})");
        differs(R"({"link_code":"816062203970"})", R"({"link_code":"8160"})");
        same(R"({"poll_url":"http://h/v1/poll/816062203970"})",
             R"({"poll_url":"http://h/v1/poll/111111111111"})");
        same(R"({"link_code_display":"8160-6220-3970"})", R"({"link_code_display":"1111-2222-3333"})");
        same(R"({"expires_in":3600})", R"({"expires_in":3598})");
        differs(R"({"expires_in":600})", R"({"expires_in":3600})");
        differs(R"({"expires_in":600})", R"({"expires_in":0})");
        same(R"({"scope":"a b"})", R"({"scope":"b a"})");
        differs(R"({"scope":"a b"})", R"({"scope":"b"})");
        same(R"({"request_id":"dFrb"})", R"({"request_id":"x1"})");
    }

    void testCredentialsAreNotShown() {
        const auto found = differences(R"({"a":"x"})", R"({"a":"cos_secretsecret"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), found.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(answer.a: documented "x", answered "cos_…")"), found.front());
    }

    void testBlocksMarksAndStatus() {
        const auto page = MarkdownPage::parse("The answer is 201:\n\n```json\n{}\n```\n"
                                              "<!-- test: not run: why -->\n\n```sh\n# no heading\na\n```\n"
                                              "Year 12026:\n```text\n```\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), page.parts.size());
        CPPUNIT_ASSERT_EQUAL(201, page.parts[0].status);
        CPPUNIT_ASSERT_EQUAL(std::string("json"), page.parts[0].language);
        CPPUNIT_ASSERT_EQUAL(std::string("{}\n"), page.parts[0].text);
        CPPUNIT_ASSERT(page.parts[1].kind == MarkdownPart::Kind::mark);
        CPPUNIT_ASSERT_EQUAL(std::string("not run: why"), page.parts[1].text);
        CPPUNIT_ASSERT_EQUAL(0, page.parts[2].status);
        CPPUNIT_ASSERT_EQUAL(8, page.parts[2].line);
        CPPUNIT_ASSERT_EQUAL(0, page.parts[3].status);
        CPPUNIT_ASSERT_THROW(MarkdownPage::parse("```sh\na\n"), std::runtime_error);
    }

    void testAnchorsAndLinks() {
        const auto page =
            MarkdownPage::parse("# One\n\n## `GET /v1/poll/:link_code`\n## One\nsee [a](b.md#c).\n");
        const std::vector<std::string> anchors{"one", "get-v1polllink_code", "one-1"};
        CPPUNIT_ASSERT(anchors == page.anchors);
        CPPUNIT_ASSERT(std::vector<std::string>{"b.md#c"} == page.links);
    }

    void testLastExchange() {
        const auto log = std::string("> GET /a HTTP/1.1\r\n> Host: h:1\r\n< HTTP/1.1 200 OK\r\n< A: 1\r\n"
                                     "> POST /b?c HTTP/1.1\r\n> Host: h:2\r\n> X: y\r\n"
                                     "< HTTP/1.1 503 No\r\n< Retry-After: 5\r\n< \r\ncurl: (22) x\n");
        const auto exchange = lastExchange(log);
        CPPUNIT_ASSERT(exchange.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("POST http://h:2/b?c"),
                             exchange->call.method + " " + exchange->call.url);
        CPPUNIT_ASSERT_EQUAL(503, exchange->answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), exchange->answer.header("retry-after"));
        CPPUNIT_ASSERT_EQUAL(std::string(), exchange->answer.header("A"));
        CPPUNIT_ASSERT_EQUAL(std::string("curl: (22) x\n"), complaintsOfCurl(log));
        CPPUNIT_ASSERT(!lastExchange("> GET /a HTTP/1.1\r\n"));
    }

private:
    static void same(const std::string& documented, const std::string& answer) {
        const auto found = differences(documented, answer);
        CPPUNIT_ASSERT_MESSAGE(found.empty() ? "" : found.front(), found.empty());
    }

    static void differs(const std::string& documented, const std::string& answer) {
        CPPUNIT_ASSERT_MESSAGE(documented + " is not " + answer, !differences(documented, answer).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DocRulesTest);
