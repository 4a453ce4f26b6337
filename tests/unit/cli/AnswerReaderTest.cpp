// SPDX-License-Identifier: Apache-2.0
// Answers that break the contract.
#include "central_oauth/cli/AnswerReader.h"

#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;
using central_oauth::provider::HttpResponse;
using central_oauth::provider::Secret;

class AnswerReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswerReaderTest);
    CPPUNIT_TEST(testReadsALink);
    CPPUNIT_TEST(testRefusesEveryDamagedField);
    CPPUNIT_TEST(testRefusesDeepNesting);
    CPPUNIT_TEST(testNamesTheFieldAndNotItsValue);
    CPPUNIT_TEST(testReadsErrorsOfProxies);
    CPPUNIT_TEST(testReadsRetryAfter);
    CPPUNIT_TEST(testToleratesWhatIsOptional);
    CPPUNIT_TEST(testReadsTheWholeToken);
    CPPUNIT_TEST(testRefusesWhatAHeaderCantCarry);
    CPPUNIT_TEST(testReadsTimes);
    CPPUNIT_TEST(testReadsAnAccount);
    CPPUNIT_TEST(testRefusesADamagedAccount);
    CPPUNIT_TEST_SUITE_END();

    static std::string replaced(std::string text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        CPPUNIT_ASSERT_MESSAGE(from, at != std::string::npos);
        return text.replace(at, from.size(), to);
    }

public:
    void testReadsALink() {
        const LinkCode link = readLinkCode(Secret(linkBody(600, 5)));
        CPPUNIT_ASSERT_EQUAL(std::string("482913706154"), link.code);
        CPPUNIT_ASSERT_EQUAL(linkSecret, std::string(link.secret.reveal()));
        CPPUNIT_ASSERT(link.expiresIn == std::chrono::seconds(600) &&
                       link.interval == std::chrono::seconds(5));
    }

    void testRefusesEveryDamagedField() {
        const std::vector<std::pair<std::string, std::string>> damages{
            {R"("482913706154")", R"("48291370615")"},
            {R"("482913706154")", "482913706154"},
            {R"("4829-1370-6154")", "null"},
            {"http://127", "javascript:127"},
            {"http://127.0.0.1:8080/link", R"(http://a/\u001b[2J)"},
            {linkSecret, R"(two words)"},
            {R"("interval":5)", R"("interval":"5")"},
            {R"("interval":5)", R"("interval":5.5)"},
            {R"("interval":5)", R"("interval":true)"},
            {R"("interval":5)", R"("interval":-1)"},
            {R"("interval":5)", R"("interval":99999999999999999999)"},
            {R"("expires_in":600)", R"("expires_in":null)"},
            {R"("expires_in":600)", R"("expires":600)"}};
        for (const auto& [from, to] : damages)
            CPPUNIT_ASSERT_THROW_MESSAGE(
                to, static_cast<void>(readLinkCode(Secret(replaced(linkBody(), from, to)))),
                UnreadableAnswer);
    }

    void testRefusesDeepNesting() {
        const std::string deep = R"({"items":)" + std::string(5000, '[') + std::string(5000, ']') + "}";
        CPPUNIT_ASSERT_THROW(static_cast<void>(readAccountPage(Secret(deep))), UnreadableAnswer);
    }

    void testNamesTheFieldAndNotItsValue() {
        try {
            static_cast<void>(
                readTokenPayload(Secret(replaced(tokenBody(), accessToken, accessToken + " x"))));
            CPPUNIT_FAIL("accepted");
        } catch (const UnreadableAnswer& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT(text.find("access_token") != std::string::npos);
            CPPUNIT_ASSERT(text.find(accessToken) == std::string::npos);
        }
    }

    void testReadsErrorsOfProxies() {
        const ServerError error = readError(HttpResponse{
            503, {{"x-request-id", "c-1"}, {"retry-after", "7"}}, Secret(std::string("<html>"))});
        CPPUNIT_ASSERT_EQUAL(503, error.status);
        CPPUNIT_ASSERT_EQUAL(std::string("c-1"), error.requestId);
        CPPUNIT_ASSERT(error.retryAfter == std::chrono::seconds(7));
        CPPUNIT_ASSERT_THROW(
            static_cast<void>(readError(HttpResponse{404, {}, Secret(std::string("<html>"))})),
            UnreadableAnswer);
    }

    void testReadsRetryAfter() {
        const auto read = [](const std::string& value) {
            return retryAfterOf(HttpResponse{429, {{"retry-after", value}}, Secret()});
        };
        CPPUNIT_ASSERT(read("0") == std::chrono::seconds(0));
        CPPUNIT_ASSERT(read("999999999") == std::chrono::hours(1));
        for (const char* value : {"", "-1", "5s", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT"})
            CPPUNIT_ASSERT(!read(value));
        CPPUNIT_ASSERT(!retryAfterOf(HttpResponse{429, {}, Secret()}));
    }

    void testToleratesWhatIsOptional() {
        const TokenPayload token = readTokenPayload(Secret(std::string(
            R"({"account_id":"acc_1","provider":"jira","upstream":{"id":"u-1"},"access_token":"t",)"
            R"("token_type":"bearer","expires_in":0,"site":null,"later_field":[{}]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("u-1"), token.person.shownAs());
        CPPUNIT_ASSERT_EQUAL(std::string("-"), siteText(token.site, token.siteCount));
        CPPUNIT_ASSERT_EQUAL(std::string("1 site"), siteText(std::nullopt, 1));
    }

    void testReadsTheWholeToken() {
        const TokenPayload token = readTokenPayload(Secret(tokenBody()));
        CPPUNIT_ASSERT_EQUAL(std::string("c-1"), token.site->cloudId);
        CPPUNIT_ASSERT_EQUAL(std::string("https://acme.example"), token.site->webAddress);
        CPPUNIT_ASSERT((std::vector<std::string>{"jira"} == token.products));
        CPPUNIT_ASSERT((std::vector<std::string>{"read:jira-work", "write:jira-work", "offline_access"} ==
                        token.scopes));
        CPPUNIT_ASSERT(token.expiry == std::chrono::sys_seconds(std::chrono::seconds(1795502657)));
        CPPUNIT_ASSERT_EQUAL(tokenBody(), std::string(token.json.reveal()));
    }

    void testRefusesWhatAHeaderCantCarry() {
        for (const char* value : {"", "a b", "a\\nb", "a\\u0000", "\u00e9", "a\\u007f"})
            for (const char* field : {R"("access_token":")", R"("site":{"cloud_id":")"}) {
                const std::string begin = field;
                const std::string body = tokenBody();
                const std::size_t at = body.find(begin) + begin.size();
                const std::string damaged = body.substr(0, at) + value + body.substr(body.find('"', at));
                CPPUNIT_ASSERT_THROW_MESSAGE(damaged, static_cast<void>(readTokenPayload(Secret(damaged))),
                                             UnreadableAnswer);
            }
    }

    void testReadsTimes() {
        const auto read = [](const std::string& time) {
            return readTokenPayload(Secret(replaced(tokenBody(), "2026-11-24T06:44:17Z", time))).expiry;
        };
        CPPUNIT_ASSERT(read("1970-01-01T00:00:01Z") == std::chrono::sys_seconds(std::chrono::seconds(1)));
        CPPUNIT_ASSERT(read("2028-02-29T23:59:59Z") ==
                       std::chrono::sys_seconds(std::chrono::seconds(1835481599)));
        CPPUNIT_ASSERT(!read(""));
        for (const char* none :
             {"2027-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T06:44:17",
              "2026-11-24T06:44:17+01:00", "2026-11-24 06:44:17Z", "-026-11-24T06:44:17Z", "1795502657"})
            CPPUNIT_ASSERT_THROW_MESSAGE(none, static_cast<void>(read(none)), UnreadableAnswer);
    }

    void testReadsAnAccount() {
        const Account account = readAccount(Secret(accountItem(
            "acc_1", R"("label":"La\u202ebel","problem":{"code":"transient","what":"W","since":null,)"
                     R"("who":"atlassian","how":"H"},"last_used_at":"2026-11-24T05:44:17Z")")));
        CPPUNIT_ASSERT_EQUAL(std::string("Label"), account.label);
        CPPUNIT_ASSERT_EQUAL(std::string("La\u202ebel"), account.names.at(0).text);
        CPPUNIT_ASSERT_EQUAL(std::string("transient W  atlassian H"),
                             account.problem->code + " " + account.problem->what + " " +
                                 account.problem->since + " " + account.problem->who + " " +
                                 account.problem->how);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-24T05:44:17Z"), account.linkedAt);
        CPPUNIT_ASSERT_EQUAL(std::string(), account.lastRefreshAt + account.idleExpiresAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, account.scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("c-1"), account.sites.at(0).cloudId);
        CPPUNIT_ASSERT(account.json.find(R"("label":"La\u202ebel")") != std::string::npos);
    }

    void testRefusesADamagedAccount() {
        for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
                 {R"("acc_1")", R"("acc_1/../x")"},
                 {R"("provider":"jira")", R"("provider":"ji ra")"},
                 {R"("status":"active")", R"("status":null)"},
                 {R"("subject":null)", R"("subject":7)"},
                 {R"("id":"u-1")", R"("id":7)"},
                 {R"("sites":[)", R"("sites":[7,)"},
                 {R"("scope":"a b")", R"("problem":{"code":"x"})"}})
            CPPUNIT_ASSERT_THROW_MESSAGE(
                to, static_cast<void>(readAccount(Secret(replaced(accountItem("acc_1"), from, to)))),
                UnreadableAnswer);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerReaderTest);
