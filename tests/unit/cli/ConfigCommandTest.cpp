// SPDX-License-Identifier: Apache-2.0
// Showing and changing the settings file.
#include "ScriptedServer.h"
#include "SettingsFolder.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;

class ConfigCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigCommandTest);
    CPPUNIT_TEST(testShowsWhereEachSettingComesFrom);
    CPPUNIT_TEST(testShowsNoPasswordOfAnAddress);
    CPPUNIT_TEST(testSetsAndUnsets);
    CPPUNIT_TEST(testReadsTheKeyHidden);
    CPPUNIT_TEST(testReadsTheKeyFromAPipe);
    CPPUNIT_TEST(testAsksNothingWithoutInput);
    CPPUNIT_TEST(testRefusesWrongKeys);
    CPPUNIT_TEST(testRefusesWrongUse);
    CPPUNIT_TEST(testNeedsAHome);
    CPPUNIT_TEST(testChangesNoFileThatItCannotRead);
    CPPUNIT_TEST(testTellsWhatWins);
    CPPUNIT_TEST_SUITE_END();

    SettingsFolder _place;

    // One run with this home, without a key in the environment.
    struct Run : ProgramRun {
        explicit Run(const SettingsFolder& place) { variables = {{"HOME", place.home().string()}}; }
        [[nodiscard]] bool shows(const std::string& text) const {
            return output.find(text) != std::string::npos;
        }
    };

    void setKey() const {
        Run run(_place);
        run.input = {clientKey};
        CPPUNIT_ASSERT_EQUAL(0, run.run({"config", "set", "client-key"}));
    }

public:
    void testShowsWhereEachSettingComesFrom() {
        Run fresh(_place);
        CPPUNIT_ASSERT_EQUAL(0, fresh.run({"config"}));
        CPPUNIT_ASSERT(fresh.shows("url         http://127.0.0.1:8080  (the default)\n"));
        CPPUNIT_ASSERT(fresh.shows("client-key  -  (not set: central-oauth config set client-key)\n"));
        CPPUNIT_ASSERT(fresh.shows("(there is none yet)"));
        setKey();
        Run kept(_place);
        kept.variables["CENTRAL_OAUTH_URL"] = "https://oauth.example.com";
        CPPUNIT_ASSERT_EQUAL(0, kept.run({"config"}));
        CPPUNIT_ASSERT(kept.shows("url         https://oauth.example.com  (from CENTRAL_OAUTH_URL)\n"));
        CPPUNIT_ASSERT_MESSAGE(
            kept.output, kept.shows("client-key  cok_...  (from " + _place.settings().string() + ")\n"));
        CPPUNIT_ASSERT_EQUAL(0, kept.connections);
    }

    void testShowsNoPasswordOfAnAddress() {
        for (const char* url : {"https://ada:hunter2@oauth.example.com/at", "ada:hunter2@oauth.example.com",
                                "https://ada:hunter2@x@oauth.example.com?q"}) {
            Run run(_place);
            run.variables["CENTRAL_OAUTH_URL"] = url;
            CPPUNIT_ASSERT_EQUAL(0, run.run({"config"}));
            CPPUNIT_ASSERT_MESSAGE(run.output, !run.shows("hunter2") && run.shows("...@oauth.example.com"));
        }
        Run plain(_place);
        plain.variables["CENTRAL_OAUTH_URL"] = "https://oauth.example.com/at/@home";
        CPPUNIT_ASSERT_EQUAL(0, plain.run({"config"}));
        CPPUNIT_ASSERT(plain.shows("url         https://oauth.example.com/at/@home  ("));
    }

    void testSetsAndUnsets() {
        Run url(_place);
        CPPUNIT_ASSERT_EQUAL(0, url.run({"config", "set", "url", "https://oauth.example.com/"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), url.output);
        setKey();
        const auto certificates = _place.home() / "ca.pem";
        SettingsFolder::write(certificates, "pem");
        Run ca(_place);
        CPPUNIT_ASSERT_EQUAL(0, ca.run({"config", "set", "ca", certificates.string()}));

        Run accounts(_place);
        accounts.http.answer(200, accountsBody(accountItem("acc_1")));
        CPPUNIT_ASSERT_EQUAL(0, accounts.run({"accounts"}));
        CPPUNIT_ASSERT(accounts.http.sent.front().url.rfind("https://oauth.example.com/v1/", 0) == 0);
        CPPUNIT_ASSERT_EQUAL(clientKey, accounts.http.sent.front().bearer);
        CPPUNIT_ASSERT_EQUAL(certificates.string(), accounts.caFile);

        for (const char* name : {"url", "ca"}) {
            Run unset(_place);
            CPPUNIT_ASSERT_EQUAL(0, unset.run({"config", "unset", name}));
        }
        CPPUNIT_ASSERT(SettingsFolder::read(_place.settings()).find("url") == std::string::npos);
        Run last(_place);
        CPPUNIT_ASSERT_EQUAL(0, last.run({"config", "unset", "client-key"}));
        CPPUNIT_ASSERT_EQUAL(0L, _place.files());
    }

    void testReadsTheKeyHidden() {
        Run run(_place);
        run.traits.answers = run.traits.typed = true;
        run.input = {clientKey};
        CPPUNIT_ASSERT_EQUAL(0, run.run({"config", "set", "client-key"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, run.hiddenLines);
        CPPUNIT_ASSERT(run.says("Client key"));
        CPPUNIT_ASSERT(SettingsFolder::read(_place.settings()).find(clientKey) != std::string::npos);
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.settings()));
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.folder()));
    }

    void testReadsTheKeyFromAPipe() {
        setKey();
        CPPUNIT_ASSERT(SettingsFolder::read(_place.settings()).find(clientKey) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1L, _place.files());
    }

    void testAsksNothingWithoutInput() {
        for (const bool byVariable : {false, true}) {
            Run run(_place);
            run.traits.answers = run.traits.typed = true;
            run.input = {clientKey};
            std::vector<std::string> arguments{"config", "set", "client-key"};
            if (byVariable)
                run.variables["CI"] = "true";
            else
                arguments.emplace_back("--no-input");
            CPPUNIT_ASSERT_EQUAL(64, run.run(arguments));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, run.input.size());
            CPPUNIT_ASSERT(run.says("pipe it in"));
        }
    }

    void testRefusesWrongKeys() {
        setKey();
        const std::string before = SettingsFolder::read(_place.settings());
        for (const std::string& key : {std::string(), clientKey.substr(0, 20), linkSecret, clientKey + " "}) {
            Run run(_place);
            run.input = {key};
            CPPUNIT_ASSERT(run.run({"config", "set", "client-key"}) != 0);
            CPPUNIT_ASSERT_EQUAL(before, SettingsFolder::read(_place.settings()));
        }
        Run ended(_place);
        CPPUNIT_ASSERT_EQUAL(64, ended.run({"config", "set", "client-key"}));
        CPPUNIT_ASSERT(ended.says("nothing was changed"));
    }

    void testRefusesWrongUse() {
        const std::vector<std::vector<std::string>> wrong{{"config", "frobnicate"},
                                                          {"config", "set"},
                                                          {"config", "set", "url"},
                                                          {"config", "set", "url", ""},
                                                          {"config", "set", "url", "a.example"},
                                                          {"config", "set", "url", "http://a.example"},
                                                          {"config", "set", "url", "https://a.example", "x"},
                                                          {"config", "set", "colour", "red"},
                                                          {"config", "set", "ca", "/does/not/exist.pem"},
                                                          {"config", "set", "client-key", "anything"},
                                                          {"config", "set", "client-key", clientKey},
                                                          {"config", "set", "client_key", clientKey},
                                                          {"config", "unset"},
                                                          {"config", "unset", "colour"},
                                                          {"config", "unset", "url", "x"},
                                                          {"config", "path", "x"}};
        for (const auto& arguments : wrong) {
            Run run(_place);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(arguments.back(), 64, run.run(arguments));
            CPPUNIT_ASSERT(run.says("next: "));
            CPPUNIT_ASSERT_EQUAL(0L, _place.files());
        }
    }

    void testNeedsAHome() {
        for (const char* home : {"", "relative"}) {
            Run run(_place);
            run.variables = {{"HOME", home}, {"XDG_CONFIG_HOME", "also/relative"}};
            CPPUNIT_ASSERT_EQUAL(64, run.run({"config", "path"}));
            CPPUNIT_ASSERT(run.says("XDG_CONFIG_HOME"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("what is set elsewhere can be shown", 0, run.run({"config"}));
        }
        Run other(_place);
        other.variables["XDG_CONFIG_HOME"] = (_place.home() / "x").string();
        CPPUNIT_ASSERT_EQUAL(0, other.run({"config", "path"}));
        CPPUNIT_ASSERT_EQUAL((_place.home() / "x/central-oauth/cli.json").string() + "\n", other.output);
    }

    void testChangesNoFileThatItCannotRead() {
        for (const char* text : {"{", "[]", R"({"url":"https://a.example","colour":"red"})"}) {
            SettingsFolder::write(_place.settings(), text);
            Run run(_place);
            CPPUNIT_ASSERT_EQUAL(64, run.run({"config", "set", "url", "https://b.example"}));
            CPPUNIT_ASSERT_EQUAL(std::string(text), SettingsFolder::read(_place.settings()));
            Run path(_place);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the path helps to fix it", 0, path.run({"config", "path"}));
        }
        CPPUNIT_ASSERT_EQUAL(1L, _place.files());
    }

    void testTellsWhatWins() {
        Run run(_place);
        run.variables["CENTRAL_OAUTH_URL"] = "https://a.example";
        CPPUNIT_ASSERT_EQUAL(0, run.run({"config", "set", "url", "https://b.example"}));
        CPPUNIT_ASSERT(run.says("CENTRAL_OAUTH_URL is set, too, and wins."));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigCommandTest);
