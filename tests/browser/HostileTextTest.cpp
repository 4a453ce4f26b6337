// SPDX-License-Identifier: Apache-2.0
// Hostile names: the page keeps its structure and its message.
#include "PageCheck.h"
#include "PagesFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

using namespace central_oauth::test;

namespace {

const std::string markup = R"(</bdi></p><script>x()</script><img src=x onerror=x()><form>"'&amp;{{csrf}})";
const std::string rightToLeft = "Bank\xE2\x80\xAE gnihtemos\xE2\x81\xA6\xE2\x80\x8F";
const std::string controls = "a\x01"
                             "b\x1b[31mc\x7f"
                             "d\xC2\x9B"
                             "e\xE2\x80\x8B"
                             "f";
const std::string emoji = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";

constexpr std::size_t longName = 1000;
constexpr std::size_t absurdName = 64 * 1024;

std::string pile() {
    std::string text = "Z";
    for (int i = 0; i < 30; ++i)
        text += "\xCC\x81";
    return text;
}

std::string quoted(const std::string& text) {
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(Poco::Dynamic::Var(text), out);
    return out.str();
}

const std::vector<std::string>& hostileNames() {
    static const std::vector<std::string> names{
        markup, rightToLeft, controls, emoji, pile(), std::string(longName, 'W'), "\n\r\t \xE2\x80\xA8"};
    return names;
}

} // namespace

class HostileTextTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(HostileTextTest);
    CPPUNIT_TEST(testClientsWordsOnTheApprovalPage);
    CPPUNIT_TEST(testClientsOwnNameAndContact);
    CPPUNIT_TEST(testRequestersProgram);
    CPPUNIT_TEST(testSiteNames);
    CPPUNIT_TEST(testDisplayNames);
    CPPUNIT_TEST(testAbsurdlyLongNamesAreCut);
    CPPUNIT_TEST(testUpstreamsErrors);
    CPPUNIT_TEST_SUITE_END();

public:
    void testClientsWordsOnTheApprovalPage() {
        openLink(newLink(R"({"provider":"jira","label":"l","on_behalf_of":"o","subject":"s"})"));
        const auto plain = skeleton();
        for (const auto& name : hostileNames()) {
            // The API refuses unprintable and overlong names.
            const auto words = accepted(name);
            if (words.empty())
                continue;
            openLink(newLink(R"({"provider":"jira","label":)" + quoted(words) + R"(,"on_behalf_of":)" +
                             quoted(words) + R"(,"subject":)" + quoted(words) + "}"));
            checkApprovalPage(words, plain);
        }
    }

    void testClientsOwnNameAndContact() {
        openLink(freshLink());
        auto plain = skeleton();
        for (const auto& [name, contact] : {
                 std::pair<std::string, std::string>{markup.substr(0, 60), markup.substr(0, 60)},
                 {std::string(200, 'W'), "javascript:alert(1)"},
                 {emoji, "https://user:secret@example.org/\"><script>"},
                 {rightToLeft, rightToLeft},
                 {"a b", "mailto:help@example.org?subject=%22%3E"},
             }) {
            service().stop();
            const auto added = service().run({"client", "add", name, "--contact", contact});
            service().start();
            if (added.exitCode != 0)
                continue;
            const auto key = added.output.substr(added.output.find("cok_"));
            const auto created = service().post("/v1/link-code", key.substr(0, key.find_first_of(" \n\"")),
                                                R"({"provider":"jira"})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(created.body, 201, created.status);
            browser().open(created.text("verification_url"));
            checkApprovalPage(name + " " + contact, plain);
            for (const auto& scheme : hrefSchemes())
                CPPUNIT_ASSERT_MESSAGE(scheme,
                                       scheme == "http:" || scheme == "https:" || scheme == "mailto:");
        }
    }

    void testRequestersProgram() {
        openLink(freshLink());
        const auto plain = skeleton();
        const std::vector<std::string> programs{markup, std::string(4000, 'W'), "a\tb\xE2\x80\xAE"};
        for (const auto& program : programs) {
            const auto created = exchange({"POST",
                                           service().url() + "/v1/link-code",
                                           {{"Authorization", "Bearer " + service().key()},
                                            {"Content-Type", "application/json"},
                                            {"User-Agent", program}},
                                           R"({"provider":"jira"})"});
            if (created.status != 201)
                continue;
            browser().open(created.text("verification_url"));
            checkApprovalPage(program, plain);
        }
    }

    void testSiteNames() {
        giveThreeSites();
        goUpstream(freshLink());
        accept();
        browser().waitForUrl("/site/");
        const auto plain = skeleton();
        for (const auto& name : hostileNames()) {
            renameSites(name);
            const auto link = freshLink();
            goUpstream(link);
            accept();
            browser().waitForUrl("/site/" + link.id);
            checkPage(name, plain);
            expectVisible({"button[value=approve]", "button[value=decline]"});
            CPPUNIT_ASSERT_EQUAL(std::size_t{3}, browser().count("input[name=site]"));
            browser().click("input[name=site]");
            browser().click("button[value=approve]");
            browser().waitForUrl("/done/" + link.id);
            checkPage(name);
            expectVisible({"button[value=undo]"});
        }
    }

    void testDisplayNames() {
        linkUp(freshLink());
        const auto plain = skeleton();
        for (const auto& name : hostileNames()) {
            simulator().control("POST", "users", R"({"handle":"ada","name":)" + quoted(name) + "}");
            const auto link = freshLink();
            goUpstream(link);
            browser().waitFor("button[value=accept]");
            accept();
            browser().waitForUrl("/done/" + link.id);
            expectHeading(doneHeading);
            checkPage(name, plain);
            expectVisible({"button[value=undo]"});
        }
    }

    void testAbsurdlyLongNamesAreCut() {
        const std::string name(absurdName, 'W');
        CPPUNIT_ASSERT_EQUAL(std::string(64, 'W'), accepted(name));
        simulator().control("POST", "users", R"({"handle":"ada","name":)" + quoted(name) + "}");
        const auto link = freshLink();
        goUpstream(link);
        accept();
        browser().waitForUrl("/done/" + link.id);
        checkPage(name);
        expectHeading(doneHeading);
        expectVisible({"button[value=undo]"});
    }

    void testUpstreamsErrors() {
        for (const auto& name : hostileNames()) {
            const auto text = name.substr(0, 1500);
            const auto link = freshLink();
            goUpstream(link);
            Poco::JSON::Array arguments;
            arguments.add(service().url() + "/callback/jira?error=");
            arguments.add(text);
            browser().run("const state = new URLSearchParams(location.search).get('state');"
                          "const text = encodeURIComponent(arguments[1]);"
                          "location.href = arguments[0] + text + '&error_description=' + text + "
                          "'&error_uri=' + text + '&state=' + encodeURIComponent(state);",
                          arguments);
            browser().waitForUrl(service().url());
            browser().waitFor("h1");
            checkPage(text);
            if (browser().url() != urlOf("done", link))
                continue;
            expectHeading("not connected");
            expectNoWords("onerror");
            expectEnded(link, "upstream_error");
        }
    }

private:
    // A new subject for each link, because a subject may have few open links.
    [[nodiscard]] TestLink freshLink() const {
        static int count = 0;
        return newLink(R"({"provider":"jira","subject":"person )" + std::to_string(++count) + "\"}");
    }

    // Returns the part of a name that the API accepts, or empty.
    [[nodiscard]] std::string accepted(const std::string& name) const {
        for (const auto& part : {name, name.substr(0, 64), name.substr(0, 48)}) {
            const auto body = R"({"provider":"jira","label":)" + quoted(part) + R"(,"on_behalf_of":)" +
                              quoted(part) + R"(,"subject":)" + quoted(part) + "}";
            const auto answer = service().post("/v1/link-code", service().key(), body);
            if (answer.status == 201)
                return part;
            CPPUNIT_ASSERT_MESSAGE(answer.body, answer.status == 400 || answer.status == 413);
        }
        return {};
    }

    void renameSites(const std::string& name) const {
        Poco::JSON::Parser parser;
        const auto sites = parser.parse(simulator().control("GET", "sites").body);
        for (const auto& one : *sites.extract<Poco::JSON::Array::Ptr>())
            simulator().control("POST", "sites",
                                R"({"id":")" +
                                    one.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("id") +
                                    R"(","name":)" + quoted(name) + "}");
    }

    // Returns the page's elements without those of inline text, to show elements that markup in a name would
    // add.
    [[nodiscard]] std::string skeleton() const {
        return browser()
            .run("return [...document.querySelectorAll('*')].map(one => one.tagName + (one.name ? '=' + "
                 "one.name : '')).filter(one => !/^(A|BR|SPAN|DIV|DT|DD|LI|BDI|P|STRONG)$/.test(one))"
                 ".join(' ')")
            .toString();
    }

    [[nodiscard]] std::vector<std::string> hrefSchemes() const {
        std::vector<std::string> schemes;
        const auto found = browser().run("return [...document.links].map(link => link.protocol)");
        for (const auto& one : *found.extract<Poco::JSON::Array::Ptr>())
            schemes.push_back(one.toString());
        return schemes;
    }

    void checkApprovalPage(const std::string& name, const std::string& plain) const {
        browser().run("document.querySelectorAll('details').forEach(one => one.open = true)");
        checkPage(name, plain);
        expectWords("sent you this link");
        expectVisible({".warning", "button[value=approve]", "button[value=decline]", "input[name=code]"});
    }

    void checkPage(const std::string& name, const std::string& plain = {}) const {
        browser().resize({320, 640});
        const auto shown = name.substr(0, 60);
        if (!plain.empty())
            CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, plain, skeleton());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, std::size_t{0}, browser().count("script, img, iframe, object"));
        const auto hidden =
            browser().run("return [...(document.title + document.body.innerText)].filter(c => "
                          "/[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f"
                          "\\u202a-\\u202e\\u2066-\\u2069]/.test(c)).map(c => c.codePointAt(0)).join()");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, std::string(), hidden.toString());
        const auto length = browser().run("return document.body.innerText.length").convert<int>();
        CPPUNIT_ASSERT_MESSAGE("a page of " + std::to_string(length), length < 8000);
        std::string faults;
        for (const auto& fault : faultsOf(browser()))
            faults += "\n" + fault;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, std::string(), faults);
    }

    void expectVisible(const std::vector<std::string>& selectors) const {
        for (const auto& selector : selectors) {
            Poco::JSON::Array arguments;
            arguments.add(selector);
            const auto isVisible = browser().run(
                "const one = document.querySelector(arguments[0]); one.scrollIntoView({block: 'center'}); "
                "const box = one.getBoundingClientRect(); return box.width > 10 && box.height > 10 && "
                "box.left >= 0 && box.right <= innerWidth && one.contains(document.elementFromPoint("
                "box.left + box.width / 2, box.top + box.height / 2));",
                arguments);
            CPPUNIT_ASSERT_MESSAGE(selector + " is covered or out of sight", isVisible.convert<bool>());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostileTextTest);
