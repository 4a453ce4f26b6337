// SPDX-License-Identifier: Apache-2.0
// A name must have a visible character: the person at the page decides by it.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace {

// In JSON notation, so that failures are readable.
const std::vector<std::string>& unseen() {
    static const std::vector<std::string> all{
        R"(\u3164)",       R"(\u115F)",       R"(\u2800)",       R"(\u00AD)", R"(\u034F)",
        R"(\u061C)",       R"(\u180E)",       R"(\uDB40\uDC41)", R"(\uFFF9)", R"(\uE000)",
        R"(\uDB40\uDD00)", R"(\uFE0F)",       R"(\u0301)",       R"(\u200D)", R"(\u0600)",
        R"(\uD834\uDD59)", R"(\uD834\uDD73)", R"(\uFDD0)",       R"(\u00A0)", R"(\u3164 \u0301\u200D)"};
    return all;
}

} // namespace

class InvisibleNameTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(InvisibleNameTest);
    CPPUNIT_TEST(testFieldsRefuseInvisibleTexts);
    CPPUNIT_TEST(testNoAccountHasAnInvisibleName);
    CPPUNIT_TEST(testNoClientHasAnInvisibleName);
    CPPUNIT_TEST(testAcceptedNamesAreVisible);
    CPPUNIT_TEST(testInvisibleNameFromUpstream);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _service->stop();
        const auto added = _service->run({"client", "add", "strict", "--require-subject"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _strict = added.output.substr(0, added.output.find('\n'));
        _service->start();
    }

    void testFieldsRefuseInvisibleTexts() {
        for (const std::string route : {"/v1/link-code", "/v1/tokens/resolve"}) {
            for (const std::string field : {"on_behalf_of", "label", "login_hint", "subject"}) {
                for (const auto& text : unseen()) {
                    std::string body = R"({")" + field + R"(":")" + text + '"';
                    for (const std::string other : {"on_behalf_of", "subject"})
                        if (other != field)
                            body.append(R"(,")").append(other).append(R"(":"ann")");
                    const auto refused = _service->post(route, _strict, body + "}");
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(route + body, 400, refused.status);
                    CPPUNIT_ASSERT_MESSAGE(refused.body,
                                           refused.text("hint").find(field) != std::string::npos);
                }
            }
        }
    }

    void testNoAccountHasAnInvisibleName() {
        const auto path = "/v1/accounts/" + _service->linkAccount().text("account_id");
        for (const auto& text : unseen()) {
            const auto body = R"({"label":")" + text + "\"}";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                text, 400, callApi("PATCH", _service->url() + path, _service->key(), body).status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                text, 400, _service->post(path + "/grant-tokens", _service->key(), body).status);
        }
    }

    void testNoClientHasAnInvisibleName() {
        _service->stop();
        for (const std::string text : {"\xE3\x85\xA4", "\xCC\x81", "\xE2\xA0\x80"}) {
            CPPUNIT_ASSERT(_service->run({"client", "add", text}).exitCode != 0);
            CPPUNIT_ASSERT(_service->run({"client", "add", "other", "--contact", text}).exitCode != 0);
            CPPUNIT_ASSERT(_service->run({"client", "key", "add", "strict", "--name", text}).exitCode != 0);
            _service->environment["CENTRAL_OAUTH_OPERATOR_NAME"] = text;
            CPPUNIT_ASSERT(_service->run({"--check-config"}).exitCode != 0);
            _service->environment.erase("CENTRAL_OAUTH_OPERATOR_NAME");
        }
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"--check-config"}).exitCode);
    }

    void testAcceptedNamesAreVisible() {
        for (const std::string text : {R"(B)", R"(7)", R"(\u00E9)", R"(\u5C71)", R"(\uD83D\uDE00)", R"(-)",
                                       R"(\u05E2)", R"(\u0915\u093F)", R"(\u2764\uFE0F)", R"(\u3164B)"}) {
            const auto made = _service->post("/v1/link-code", _strict,
                                             R"({"subject":"u)" + std::to_string(++_users) +
                                                 R"(","on_behalf_of":")" + text + "\"}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text + made.body, 201, made.status);
            WebBrowser browser;
            const auto page = browser.open(made.text("verification_url"));
            CPPUNIT_ASSERT_MESSAGE(text, page.contains("This gives <strong><bdi>"));
            CPPUNIT_ASSERT_MESSAGE(text, !page.contains("This gives <strong><bdi></bdi>"));
        }
    }

    void testInvisibleNameFromUpstream() {
        for (const std::string name : {"\xCC\x81", "\xEF\xB8\x8F", "\xE3\x85\xA4"}) {
            _simulator->control("POST", "users",
                                R"({"handle":"ada","name":")" + name + R"(","email":"ada@example.com"})");
            const auto payload = _service->linkAccount();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(payload.body, 200, payload.status);
            CPPUNIT_ASSERT_EQUAL(
                std::string(),
                payload.json()->getObject("upstream")->optValue<std::string>("display_name", {}));
        }
    }

private:
    std::string _strict;
    int _users = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(InvisibleNameTest);
