// SPDX-License-Identifier: Apache-2.0
// Selecting an account by a name.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;

class AccountSelectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountSelectionTest);
    CPPUNIT_TEST(testFindsByEveryName);
    CPPUNIT_TEST(testFindsNamesAsPeopleTypeThem);
    CPPUNIT_TEST(testExactNameComesFirst);
    CPPUNIT_TEST(testFirstMatchingKindOfNameDecides);
    CPPUNIT_TEST(testProvidersNameMeansTheProviderOnly);
    CPPUNIT_TEST(testListsAmbiguousAccounts);
    CPPUNIT_TEST(testGuessesNothing);
    CPPUNIT_TEST(testLooksUpNoId);
    CPPUNIT_TEST(testComparesWhatTheServerSent);
    CPPUNIT_TEST(testSaysWhyNothingIsFound);
    CPPUNIT_TEST_SUITE_END();

    struct Named {
        std::string id;
        std::string label;
        std::string email;
        std::string site;
        std::string url;
        std::string subject;
        std::string person;
        std::string provider = "jira";
    };

    static std::string item(const Named& named) {
        const std::string site =
            named.site.empty() && named.url.empty()
                ? "null"
                : R"({"cloud_id":"c-1","name":")" + named.site + R"(","url":")" + named.url + R"("})";
        return R"({"account_id":")" + named.id + R"(","provider":")" + named.provider + R"(","subject":")" +
               named.subject + R"(","upstream":{"id":"u-1","display_name":")" + named.person +
               R"(","email":")" + named.email + R"("},"label":")" + named.label +
               R"(","status":"active","problem":null,"scope":"a","site":)" + site + R"(,"sites":[]})";
    }

    static std::string list() {
        return accountsBody(item({"acc_1", "laptop", "ada@acme.example", "Acme", "https://acme.example",
                                  "user-1", "Ada Lovelace"}) +
                            "," +
                            item({"acc_2", "ci", "bob@beta.example", "Beta", "https://beta.example/",
                                  "user-2", "Bob Ross", "confluence"}));
    }

    // Revokes by that name; the request's path shows the account that was found.
    static std::string found(const std::string& name, const std::string& accounts = list()) {
        ProgramRun program;
        program.http.answer(200, accounts);
        program.http.answer(200, R"({"local":"deleted","upstream":"skipped"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0, program.run({"revoke", "--yes", name}));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/accounts"), program.http.sent.at(0).url);
        const std::string& url = program.http.sent.at(1).url;
        return url.substr(url.rfind('/') + 1);
    }

public:
    void testFindsByEveryName() {
        for (const char* name :
             {"laptop", "ada@acme.example", "Acme", "https://acme.example", "https://acme.example/",
              "HTTPS://Acme.example.:443//", "user-1", "Ada Lovelace", "jira"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("acc_1"), found(name));
        for (const char* name : {"ci", "bob@beta.example", "Beta", "https://beta.example",
                                 "https://beta.example/", "user-2", "Bob Ross", "confluence"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("acc_2"), found(name));
    }

    void testFindsNamesAsPeopleTypeThem() {
        for (const char* name :
             {" laptop", "laptop\u00a0", "\uff4c\uff41ptop", "Ada\u00a0Lovelace", "Ada\u3000Lovelace",
              "user\u20131", "\ufeffhttps://acme.example/", "jira\u200b"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("acc_1"), found(name));
        // The account's names are typed, too: by a person upstream, or by another program.
        const auto typed = accountsBody(item({"acc_1", "my\u2014laptop\u00a0", "", "", "", "", ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), found("my-laptop", typed));
    }

    void testExactNameComesFirst() {
        const auto alike = accountsBody(item({"acc_1", "a b", "", "", "", "", ""}) + "," +
                                        item({"acc_2", "a\u00a0b", "", "", "", "", ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), found("a b", alike));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2"), found("a\u00a0b", alike));
        ProgramRun program;
        program.http.answer(200, alike);
        CPPUNIT_ASSERT_EQUAL(64, program.run({"token", "a\u3000b"}));
        CPPUNIT_ASSERT(program.says("2 accounts are called"));
        CPPUNIT_ASSERT(program.says("acc_1") && program.says("acc_2"));
    }

    void testFirstMatchingKindOfNameDecides() {
        // Each account bears the name in a field of higher priority than the account before it.
        std::string accounts = item({"acc_7", "", "", "", "", "", "X"});
        const std::vector<Named> earlier{{"acc_6", "", "", "", "", "X", ""},
                                         {"acc_5", "", "", "X", "", "", ""},
                                         {"acc_4", "", "X", "", "", "", ""},
                                         {"acc_3", "X", "", "", "", "", ""},
                                         {"acc_2", "", "", "", "", "", "", "X"}};
        CPPUNIT_ASSERT_EQUAL(std::string("acc_7"), found("X", accountsBody(accounts)));
        for (const Named& named : earlier) {
            accounts += "," + item(named);
            CPPUNIT_ASSERT_EQUAL(named.id, found("X", accountsBody(accounts)));
        }
    }

    // A person at Confluence may call a site or themselves "jira".
    void testProvidersNameMeansTheProviderOnly() {
        const std::string captured =
            item({"acc_2", "jira", "jira", "jira", "", "jira", "jira", "confluence"});
        CPPUNIT_ASSERT_EQUAL(
            std::string("acc_1"),
            found("jira", accountsBody(captured + "," + item({"acc_1", "", "", "", "", "", ""}))));
        for (const Named& named : {Named{"acc_2", "", "", "jira", "", "", "", "confluence"},
                                   Named{"acc_2", "", "", "", "", "", "jira", "confluence"}}) {
            ProgramRun alone;
            alone.http.answer(200, accountsBody(item(named)));
            alone.http.answer(200, R"({"items":[{"name":"confluence"},{"name":"jira"}],"next_cursor":null})");
            CPPUNIT_ASSERT_EQUAL(6, alone.run({"token", "jira"}));
            CPPUNIT_ASSERT(alone.says("no account is linked at the provider jira"));
            CPPUNIT_ASSERT_EQUAL(std::string(), alone.output);
            ProgramRun other;
            other.http.answer(200, accountsBody(item(named)));
            other.http.answer(200, R"({"items":[{"name":"confluence"}],"next_cursor":null})");
            other.http.answer(200, R"({"local":"deleted","upstream":"skipped"})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE("no provider is called so", 0,
                                         other.run({"revoke", "--yes", "jira"}));
        }
    }

    void testListsAmbiguousAccounts() {
        ProgramRun program;
        program.http.answer(200,
                            accountsBody(item({"acc_1", "", "a@x.example", "Acme", "", "", "Ada"}) + "," +
                                         item({"acc_2", "", "a@x.example", "", "", "", "Ada", "confluence"}) +
                                         "," + item({"acc_3", "", "", "", "", "", "Bob"})));
        CPPUNIT_ASSERT_EQUAL(64, program.run({"token", "a@x.example"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        CPPUNIT_ASSERT(program.says("2 accounts are called a@x.example"));
        CPPUNIT_ASSERT(program.says("name one by its id: central-oauth token ACCOUNT\n    acc_1  jira  Ada  "
                                    "Acme\n    acc_2  confluence  Ada  -\n"));
        CPPUNIT_ASSERT(!program.says("acc_3"));
    }

    void testGuessesNothing() {
        for (const char* name : {"lapto", "Laptop", "ADA@acme.example", "acme", "user", "http://acme.example",
                                 "https://acme.example.evil.example", "ada", "*", "acc 1"}) {
            ProgramRun program;
            program.http.answer(200, list());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 6, program.run({"token", name}));
            CPPUNIT_ASSERT(program.says(std::string("no account is called ") + name));
            CPPUNIT_ASSERT(program.says("next: list your accounts with: central-oauth accounts"));
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        }
    }

    void testLooksUpNoId() {
        ProgramRun program;
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, program.http.sent.size());
    }

    void testComparesWhatTheServerSent() {
        // The second name equals the first one only without its invisible character.
        const std::string accounts = accountsBody(item({"acc_1", R"(lap\u200btop)", "", "", "", "", "Eve"}) +
                                                  "," + item({"acc_2", "laptop", "", "", "", "", "Ada"}));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2"), found("laptop", accounts));
    }

    void testSaysWhyNothingIsFound() {
        ProgramRun empty;
        empty.http.answer(200, accountsBody(""));
        CPPUNIT_ASSERT_EQUAL(1, empty.run({"token", "laptop"}));
        CPPUNIT_ASSERT(empty.says("link needed: run central-oauth login PROVIDER"));
        ProgramRun narrow;
        narrow.http.answer(403, errorBody("insufficient_scope"));
        CPPUNIT_ASSERT_EQUAL(5, narrow.run({"token", "laptop"}));
        CPPUNIT_ASSERT(narrow.says("so that laptop can't be looked up"));
        CPPUNIT_ASSERT(narrow.says("name the account by its id (acc_...)"));
        ProgramRun away;
        away.http.fail(central_oauth::provider::HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"explain", "laptop"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountSelectionTest);
