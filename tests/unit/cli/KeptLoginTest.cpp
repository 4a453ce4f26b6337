// SPDX-License-Identifier: Apache-2.0
// Logins interrupted at a terminal: stored, resumed, ended.
#include "KeptLoginFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <vector>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class KeptLoginTest : public KeptLoginFixture {
    CPPUNIT_TEST_SUITE(KeptLoginTest);
    CPPUNIT_TEST(testKeepsTheLinkOnInterruption);
    CPPUNIT_TEST(testTakesTheLinkUpAgain);
    CPPUNIT_TEST(testFindsThatItWasApprovedMeanwhile);
    CPPUNIT_TEST(testTakesUpOnlyWhatTheSameCommandLeft);
    CPPUNIT_TEST(testMakesANewLinkAfterTheOldOneEnded);
    CPPUNIT_TEST(testMakesANewLinkAfterItsTime);
    CPPUNIT_TEST(testForgetsALinkThatEnded);
    CPPUNIT_TEST(testKeepsALinkThatTheServerStaysSilentAbout);
    CPPUNIT_TEST(testExplainsATokenThatTheInterruptedRunTook);
    CPPUNIT_TEST(testCancels);
    CPPUNIT_TEST(testCancelsByEverySpellingOfTheSite);
    CPPUNIT_TEST(testHasNothingToKeepOrCancelAfterItsTime);
    CPPUNIT_TEST(testKeepsWhatCouldNotBeCancelled);
    CPPUNIT_TEST(testCancelsWhereNothingCanBeKept);
    CPPUNIT_TEST(testKeepsLinksApart);
    CPPUNIT_TEST(testSaysHowToReduceOpenLinks);
    CPPUNIT_TEST_SUITE_END();

public:
    void testKeepsTheLinkOnInterruption() {
        Run run(_place);
        run.http.answer(201, linkBody());
        run.waiter.interruptedWait = 3;
        CPPUNIT_ASSERT_EQUAL(130, run.run(login({"--subject", "b ob", "--label", "laptop"})));
        CPPUNIT_ASSERT(run.says("9:58 left, Ctrl-C pauses"));
        CPPUNIT_ASSERT_MESSAGE(run.messages, run.says("The link stays open for 9 minutes."));
        CPPUNIT_ASSERT(run.says("  central-oauth login jira --subject 'b ob' --label laptop\n"));
        CPPUNIT_ASSERT(run.says("  central-oauth login --cancel\n"));
        CPPUNIT_ASSERT(!run.says("Cancel"));
        CPPUNIT_ASSERT_EQUAL(std::string("POST "), created(run));
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.logins()));
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.folder()));
        CPPUNIT_ASSERT(SettingsFolder::read(_place.logins()).find(linkSecret) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("the key has no business there",
                               SettingsFolder::read(_place.logins()).find("cok_") == std::string::npos);
    }

    void testTakesTheLinkUpAgain() {
        interrupt();
        Run again(_place);
        again.clock.ahead = std::chrono::seconds(300);
        again.http.answer(202, pending);
        again.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, again.run(login({"--json"})));
        CPPUNIT_ASSERT_EQUAL(std::string("GET GET "), created(again));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/poll/482913706154?wait=0"),
                             again.http.sent[0].url);
        CPPUNIT_ASSERT_EQUAL(linkSecret, again.http.sent[0].bearer);
        CPPUNIT_ASSERT(again.says("Going on with the earlier link, which is open for 5 minutes more."));
        CPPUNIT_ASSERT(again.says("4829-1370-6154"));
        CPPUNIT_ASSERT(again.says("5:00 left, Ctrl-C pauses"));
        CPPUNIT_ASSERT(again.output.find(R"("expires_in":300,"resumed":true})") != std::string::npos);
        CPPUNIT_ASSERT(!isKept());
    }

    void testFindsThatItWasApprovedMeanwhile() {
        interrupt();
        Run again(_place);
        again.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, again.run(login()));
        CPPUNIT_ASSERT(again.says("Linked Mia Krystof"));
        CPPUNIT_ASSERT_MESSAGE("there is nothing to type", !again.says("one-time code"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1\n"), again.output);
        CPPUNIT_ASSERT(!isKept());
        // Also in the extra time that the server gives an approved link.
        interrupt();
        Run late(_place);
        late.clock.ahead = std::chrono::seconds(660);
        late.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, late.run(login()));
    }

    void testTakesUpOnlyWhatTheSameCommandLeft() {
        interrupt({"--subject", "bob"});
        for (const Words& other : {Words{},
                                   {"--subject", "eve"},
                                   {"--subject", "bob", "--label", "x"},
                                   {"--subject", "bob", "--site", "y"}}) {
            Run run(_place);
            run.http.answer(201, secondLink());
            run.http.answer(200, tokenBody());
            CPPUNIT_ASSERT_EQUAL(0, run.run(login(other)));
            CPPUNIT_ASSERT(isKept());
        }
        Run elsewhere(_place);
        elsewhere.variables["CENTRAL_OAUTH_URL"] = "https://other.example";
        elsewhere.http.answer(201, secondLink());
        elsewhere.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, elsewhere.run(login({"--subject", "bob"})));
        Run piped(_place);
        piped.traits = {};
        piped.http.answer(201, secondLink());
        piped.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, piped.run(login({"--subject", "bob"})));
        CPPUNIT_ASSERT(isKept());
    }

    void testMakesANewLinkAfterTheOldOneEnded() {
        for (const auto& [status, error] : {std::pair(410, "expired_token"), std::pair(404, "not_found")}) {
            interrupt();
            Run again(_place);
            again.http.answer(status, errorBody(error));
            again.http.answer(201, linkBody());
            again.http.answer(200, tokenBody());
            CPPUNIT_ASSERT_EQUAL(0, again.run(login({"--json"})));
            CPPUNIT_ASSERT(again.says("The earlier link is over, so here is a new one."));
            CPPUNIT_ASSERT(again.output.find(R"("resumed":false)") != std::string::npos);
            CPPUNIT_ASSERT(!isKept());
        }
    }

    void testMakesANewLinkAfterItsTime() {
        interrupt();
        Run again(_place);
        again.clock.ahead = std::chrono::hours(24);
        again.http.fail(HttpFailure::notSent); // expired by the clock, whatever the server would say
        again.http.answer(201, linkBody());
        again.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, again.run(login()));
        CPPUNIT_ASSERT(again.says("so here is a new one."));
        CPPUNIT_ASSERT(!isKept());
    }

    void testForgetsALinkThatEnded() {
        interrupt();
        Run declined(_place);
        declined.http.answer(403, errorBody("access_denied", R"("reason":"declined")"));
        CPPUNIT_ASSERT_EQUAL(4, declined.run(login()));
        CPPUNIT_ASSERT(declined.says("declined in the browser"));
        CPPUNIT_ASSERT(!isKept());
        // A link that ends while the login watches it.
        Run expired(_place);
        expired.http.answer(201, linkBody());
        expired.http.answer(410, errorBody("expired_token"));
        CPPUNIT_ASSERT_EQUAL(4, expired.run(login()));
        CPPUNIT_ASSERT(!isKept());
    }

    void testKeepsALinkThatTheServerStaysSilentAbout() {
        interrupt();
        Run again(_place);
        again.http.fail(HttpFailure::notSent);
        again.waiter.interruptedWait = 2;
        CPPUNIT_ASSERT_EQUAL(130, again.run(login()));
        CPPUNIT_ASSERT(again.says("The link stays open"));
        CPPUNIT_ASSERT(isKept());
        Run interruptedAtOnce(_place);
        interruptedAtOnce.http.step(
            []() -> central_oauth::provider::HttpResponse { throw central_oauth::cli::Interrupted(); });
        CPPUNIT_ASSERT_EQUAL(130, interruptedAtOnce.run(login()));
        CPPUNIT_ASSERT(interruptedAtOnce.says("The link stays open"));
        CPPUNIT_ASSERT(isKept());
    }

    void testExplainsATokenThatTheInterruptedRunTook() {
        interrupt();
        Run again(_place);
        again.http.answer(410, errorBody("already_delivered"));
        CPPUNIT_ASSERT_EQUAL(4, again.run(login()));
        CPPUNIT_ASSERT(again.says("most likely to this login before it was interrupted"));
        CPPUNIT_ASSERT(again.says("central-oauth accounts"));
        CPPUNIT_ASSERT(!isKept());
        Run lost(_place);
        lost.http.answer(201, linkBody());
        lost.http.fail(HttpFailure::outcomeUnknown);
        lost.http.answer(410, errorBody("already_delivered"));
        CPPUNIT_ASSERT_EQUAL(4, lost.run(login()));
        CPPUNIT_ASSERT(lost.says("most likely to this login"));
    }

    void testCancels() {
        interrupt();
        Run cancel(_place);
        cancel.traits = {};
        cancel.http.answer(204, "");
        CPPUNIT_ASSERT_EQUAL(0, cancel.run({"login", "--cancel"}));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/link-code/482913706154"),
                             cancel.http.sent[0].url);
        CPPUNIT_ASSERT_EQUAL(std::string("DELETE "), created(cancel));
        CPPUNIT_ASSERT_EQUAL(linkSecret, cancel.http.sent[0].bearer);
        CPPUNIT_ASSERT(cancel.says("Cancelled the link for jira: its code is not valid any more."));
        CPPUNIT_ASSERT(!isKept());
        Run nothing(_place);
        CPPUNIT_ASSERT_EQUAL(0, nothing.run({"login", "--cancel"}));
        CPPUNIT_ASSERT(nothing.says("No link waits."));
        interrupt();
        Run ended(_place);
        ended.http.answer(410, errorBody("expired_token"));
        CPPUNIT_ASSERT_EQUAL(0, ended.run({"login", "jira", "--cancel"}));
        CPPUNIT_ASSERT(ended.says("had ended already"));
        CPPUNIT_ASSERT(!isKept());
    }

    void testCancelsByEverySpellingOfTheSite() {
        for (const char* site : {"HTTPS://Acme.example.:443//", "https://acme.example"}) {
            interrupt({"--site", "https://acme.example/"});
            Run other(_place);
            CPPUNIT_ASSERT_EQUAL(0, other.run({"login", "--cancel", "--site", "https://acme.example/x"}));
            CPPUNIT_ASSERT(isKept());
            Run cancel(_place);
            cancel.http.answer(204, "");
            CPPUNIT_ASSERT_EQUAL(0, cancel.run({"login", "--cancel", "--site", site}));
            CPPUNIT_ASSERT_MESSAGE(site, !isKept());
        }
    }

    void testHasNothingToKeepOrCancelAfterItsTime() {
        interrupt();
        Run late(_place);
        late.clock.ahead = std::chrono::seconds(601);
        CPPUNIT_ASSERT_EQUAL(0, late.run({"login", "--cancel"}));
        CPPUNIT_ASSERT(late.says("No link waits."));
        Run over(_place);
        over.http.answer(201, linkBody(2, 2));
        over.http.answer(202, pending);
        over.http.answer(200, "{}");
        over.waiter.interruptedWait = 3;
        CPPUNIT_ASSERT_EQUAL(130, over.run(login({"--subject", "bob"})));
        CPPUNIT_ASSERT_EQUAL(std::string("POST GET DELETE "), created(over));
        CPPUNIT_ASSERT(!isKept());
    }

    void testKeepsWhatCouldNotBeCancelled() {
        interrupt();
        Run away(_place);
        away.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"login", "--cancel"}));
        CPPUNIT_ASSERT(isKept());
        Run busy(_place);
        busy.http.answer(503, errorBody("busy"));
        CPPUNIT_ASSERT_EQUAL(3, busy.run({"login", "--cancel"}));
        CPPUNIT_ASSERT(isKept());
        Run other(_place);
        CPPUNIT_ASSERT_EQUAL(0, other.run({"login", "confluence", "--cancel"}));
        CPPUNIT_ASSERT(other.says("No link waits."));
        CPPUNIT_ASSERT(isKept());
        for (const char* option : {"--subject", "--label", "--site", "--on-behalf-of"}) {
            Run another(_place);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(option, 0, another.run({"login", "--cancel", option, "another"}));
            CPPUNIT_ASSERT(another.says("No link waits."));
            CPPUNIT_ASSERT(isKept());
        }
    }

    void testCancelsWhereNothingCanBeKept() {
        // A file in the place of the folder: even root cannot write there.
        SettingsFolder::write(_place.home() / "file", "");
        Run blocked(_place);
        blocked.variables["XDG_CONFIG_HOME"] = (_place.home() / "file").string();
        Run piped(_place);
        piped.traits = {};
        for (Run* run : {&blocked, &piped}) {
            run->http.answer(201, linkBody());
            run->http.answer(200, "{}");
            run->waiter.interruptedWait = 1;
            CPPUNIT_ASSERT_EQUAL(130, run->run(login()));
            CPPUNIT_ASSERT(run->says("Cancelled: the code is not valid any more."));
            CPPUNIT_ASSERT_EQUAL(std::string("POST DELETE "), created(*run));
        }
        CPPUNIT_ASSERT(!isKept());
    }

    void testSaysHowToReduceOpenLinks() {
        interrupt({"--label", "one"});
        Run refused(_place);
        refused.http.answer(429, errorBody("rate_limited"), {{"retry-after", "30"}});
        CPPUNIT_ASSERT_EQUAL(3, refused.run(login()));
        CPPUNIT_ASSERT(refused.says("central-oauth login --cancel; or try again in 30 seconds"));
    }

    void testKeepsLinksApart() {
        interrupt({"--subject", "ada"});
        interrupt({"--subject", "bob"}, secondLink());
        Run bob(_place);
        bob.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, bob.run(login({"--subject", "bob"})));
        CPPUNIT_ASSERT(bob.http.sent[0].url.find("111122223333") != std::string::npos);
        Run ada(_place);
        ada.http.answer(200, "{}");
        CPPUNIT_ASSERT_EQUAL(0, ada.run({"login", "--cancel"}));
        CPPUNIT_ASSERT(ada.http.sent[0].url.find("482913706154") != std::string::npos);
        CPPUNIT_ASSERT(!isKept());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeptLoginTest);
