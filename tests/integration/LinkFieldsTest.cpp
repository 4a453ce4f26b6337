// SPDX-License-Identifier: Apache-2.0
// The fields of a new link: each refusal, and each field's effect.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class LinkFieldsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LinkFieldsTest);
    CPPUNIT_TEST(testMalformedFieldsAreRefusedByName);
    CPPUNIT_TEST(testBodyIsReadInOneWayOnly);
    CPPUNIT_TEST(testUnknownAccountIsNotFoundAndNothingIsCreated);
    CPPUNIT_TEST(testClientThatMustNameASubject);
    CPPUNIT_TEST(testClientThatMustNameASubjectMustNameThePerson);
    CPPUNIT_TEST(testPageShowsTheClientsWords);
    CPPUNIT_TEST(testPageEscapesTheClientsWords);
    CPPUNIT_TEST(testLoginHintGoesUpstream);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMalformedFieldsAreRefusedByName() {
        const std::string long65(65, 'x');
        for (const auto& [body, named] : {
                 std::pair(R"({"provider":"trello"})", std::string("provider")),
                 std::pair(R"({"subject":" ann"})", std::string("subject")),
                 std::pair(R"({"subject":"a\nb"})", std::string("subject")),
                 std::pair(R"({"label":"a\u202eb"})", std::string("label")),
                 std::pair(R"({"label":7})", std::string("label")),
                 std::pair(R"({"on_behalf_of":"a\u0007"})", std::string("on_behalf_of")),
                 std::pair(R"({"login_hint":"a\r\nb"})", std::string("login_hint")),
                 std::pair(R"({"site":"a\tb"})", std::string("site")),
                 std::pair(R"({"account_id":""})", std::string("account_id")),
                 std::pair(R"({"expected_upstream_id":""})", std::string("expected_upstream_id")),
                 std::pair(R"({"required_scopes":"read:me"})", std::string("required_scopes")),
                 std::pair(R"({"required_scopes":["read:me","fly"]})", std::string("\"fly\"")),
                 std::pair(R"({"code_challenge":"abc","code_challenge_method":"S256"})",
                           std::string("code_challenge")),
                 std::pair(R"({"code_challenge_method":"S256"})", std::string("code_challenge")),
                 std::pair(R"({"code_challenge":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"})",
                           std::string("S256")),
                 std::pair(R"({"code_challenge":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",)"
                           R"("code_challenge_method":"plain"})",
                           std::string("S256")),
                 std::pair(R"({"completion":"code2"})", std::string("completion")),
             })
            expectRefused(body, named);
        expectRefused(R"({"label":")" + long65 + "\"}", "64");
        expectRefused(R"({"on_behalf_of":")" + long65 + "\"}", "64");
        expectRefused(R"({"subject":")" + long65 + long65 + "\"}", "128");
        CPPUNIT_ASSERT_EQUAL(std::string::npos, _service->completeLog().find("\"link.created\""));
    }

    void testBodyIsReadInOneWayOnly() {
        expectRefused(R"({"subject":"ann","subject":"bob"})", "\"subject\" is there twice");
        expectRefused(R"({"subject":"ann\u0000bob"})", "NUL");
        expectRefused("{\"subject\":\"\xff\"}", "UTF-8");
        expectRefused(R"({"subject\u0000":"ann"})", "NUL");
        expectRefused(R"({"label":[[[[[[[[[]]]]]]]]]})", "deeper than 8");
    }

    void testUnknownAccountIsNotFoundAndNothingIsCreated() {
        const auto mine = _service->linkAccount().text("account_id");
        _service->stop();
        const auto other = _service->addClient("other");
        _service->start();
        const auto foreign = _service->post("/v1/link-code", other, R"({"account_id":")" + mine + "\"}");
        const auto unknown = _service->post("/v1/link-code", other, R"({"account_id":"acc_unknown"})");
        for (const auto& answer : {foreign, unknown}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 404, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("not_found"), answer.text("error"));
        }
        CPPUNIT_ASSERT_EQUAL(foreign.text("hint"), unknown.text("hint"));
        for (const std::string wish : {R"("subject":"another")", R"("subject":"a","provider":"jira")"})
            CPPUNIT_ASSERT_EQUAL(404, _service
                                          ->post("/v1/link-code", _service->key(),
                                                 R"({"account_id":")" + mine + "\"," + wish + "}")
                                          .status);
    }

    void testClientThatMustNameASubject() {
        _service->stop();
        const auto added = _service->run({"client", "add", "strict", "--require-subject"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        const auto at = added.output.find("cok_");
        const auto key = added.output.substr(at, added.output.find_first_of("\n \"", at) - at);
        _service->start();
        const auto refused = _service->post("/v1/link-code", key, "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 400, refused.status);
        CPPUNIT_ASSERT(refused.text("hint").find("subject") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(400, _service->post("/v1/link-code", key, R"({"subject":""})").status);
        CPPUNIT_ASSERT_EQUAL(
            201, _service->post("/v1/link-code", key, R"({"subject":"ann","on_behalf_of":"Ann"})").status);
    }

    void testClientThatMustNameASubjectMustNameThePerson() {
        _service->stop();
        const auto keyOf = [this](const std::string& name, const std::vector<std::string>& options) {
            std::vector<std::string> arguments{"client", "add", name, "--require-subject"};
            arguments.insert(arguments.end(), options.begin(), options.end());
            const auto added = _service->run(arguments);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
            return added.output.substr(0, added.output.find('\n'));
        };
        const auto strict = keyOf("strict", {});
        const auto nameless = keyOf("nameless", {"--no-on-behalf-of"});
        _service->start();
        for (const auto& [route, status] :
             {std::pair<std::string, int>{"/v1/link-code", 201}, {"/v1/tokens/resolve", 202}}) {
            for (const std::string body :
                 {R"({"subject":"ann"})", R"({"subject":"ann","label":"Ann","on_behalf_of":""})"}) {
                const auto refused = _service->post(route, strict, body);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(route + body + refused.body, 400, refused.status);
                CPPUNIT_ASSERT_MESSAGE(refused.body,
                                       refused.text("hint").find("on_behalf_of") != std::string::npos);
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, status,
                                         _service->post(route, nameless, R"({"subject":"ann"})").status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, status,
                                         _service->post(route, _service->key(), R"({"subject":"a"})").status);
            const auto made =
                _service->post(route, strict, R"({"subject":"ann","on_behalf_of":"Ann Other"})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(made.body, status, made.status);
            WebBrowser browser;
            CPPUNIT_ASSERT(
                browser.open(made.text("verification_url"))
                    .contains("This gives <strong><bdi>Ann Other</bdi></strong> in <bdi>strict</bdi>"));
        }
        // If no link can follow, no person needs to be named.
        CPPUNIT_ASSERT_EQUAL(
            404, _service->post("/v1/tokens/resolve", strict, R"({"subject":"ann","link":false})").status);
    }

    void testPageShowsTheClientsWords() {
        const auto link = _service->createLink(R"({"on_behalf_of":"Bob Example","label":"CI"})");
        WebBrowser browser;
        const auto page = browser.open(link.url);
        CPPUNIT_ASSERT(page.contains("<bdi>Bob Example</bdi>"));
        CPPUNIT_ASSERT_MESSAGE(
            "as the client's own words",
            page.contains("<bdi>Bob Example</bdi> <span class=\"note\">set by the client</span>"));
        const auto other = _service->createLink(R"({"label":"CI"})");
        CPPUNIT_ASSERT(!browser.open(other.url).contains("This gives"));
    }

    void testPageEscapesTheClientsWords() {
        const auto link = _service->createLink(R"({"on_behalf_of":"<script>x</script>\"'&"})");
        WebBrowser browser;
        const auto page = browser.open(link.url);
        CPPUNIT_ASSERT(!page.contains("<script"));
        CPPUNIT_ASSERT(page.contains("&lt;script&gt;x&lt;/script&gt;"));
    }

    void testLoginHintGoesUpstream() {
        const auto link = _service->createLink(R"({"login_hint":"bob+a@example.com"})");
        WebBrowser browser;
        const auto upstream = _service->approve(browser, link).refreshTarget();
        CPPUNIT_ASSERT_MESSAGE(upstream,
                               upstream.find("login_hint=bob%2Ba%40example.com") != std::string::npos);
        const auto plain = _service->createLink("{}");
        CPPUNIT_ASSERT(_service->approve(browser, plain).refreshTarget().find("login_hint") ==
                       std::string::npos);
    }

private:
    void expectRefused(const std::string& body, const std::string& named) const {
        const auto answer = _service->post("/v1/link-code", _service->key(), body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body + answer.body, 400, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), answer.text("error"));
        CPPUNIT_ASSERT_MESSAGE(answer.body, answer.text("hint").find(named) != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkFieldsTest);
