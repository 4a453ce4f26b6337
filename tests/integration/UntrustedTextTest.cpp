// SPDX-License-Identifier: Apache-2.0
// Texts of others: headers of callers are plain or refused; upstream's names of people and sites are cleaned,
// cut and shown, and end no link.
#include "../support/DaemonFixture.h"
#include "../support/KeptConnection.h"
#include "../support/OddTexts.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

#include <Poco/JSON/Parser.h>

using namespace central_oauth::test;
using namespace std::string_literals;

namespace {

struct Naming {
    std::string what;
    std::string text;        ///< set at the simulator
    std::string replacement; ///< bytes that replace "MARK" in its answers; empty: none
};

const std::vector<Naming>& namings() {
    static const std::vector<Naming> all{
        {"64 KiB", std::string(64 * 1024, 'W'), {}},
        {"controls", "a\x01\x1b[31mb\x7f"s, {}},
        {"line ends", "a\r\nb\tc", {}},
        {"C1",
         "a\xC2\x9B"
         "31mb",
         {}},
        {"right to left", "Bank\xE2\x80\xAE gnihtemos\xE2\x81\xA6", {}},
        {"emoji", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", {}},
        {"markup", "</bdi><script>x()</script>", {}},
        {"blank", " \xE2\x80\x8B ", {}},
        {"NUL", "aMARKb", "\\u0000"},
        {"half a pair", "aMARKb", "\\ud800"},
        {"no UTF-8", "aMARKb", "\xFF\xFE"},
        {"overlong", "aMARKb", "\xC0\xAF"},
        {"a raw control character", "aMARKb", "\x01"},
        {"an object", "MARK", {}},
    };
    return all;
}

std::string hexOf(const std::string& bytes) {
    std::string hex;
    for (const char piece : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(piece);
        hex += digits[byte / 16];
        hex += digits[byte % 16];
    }
    return hex;
}

bool isClean(const std::string& text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte < 0x20 && byte != '\n') || byte == 0x7F || byte == 0xFF || byte == 0xFE || byte == 0xC0)
            return false;
    }
    return text.find("\xE2\x80\xAE") == std::string::npos && text.find("\xC2\x9B") == std::string::npos;
}

} // namespace

class UntrustedTextTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(UntrustedTextTest);
    CPPUNIT_TEST(testSubjectIsPlainTextOrRefused);
    CPPUNIT_TEST(testSubjectHasOneRuleEverywhere);
    CPPUNIT_TEST(testProgramsNameIsShown);
    CPPUNIT_TEST(testProgramsNameIsCut);
    CPPUNIT_TEST(testEveryOddProgramsNameIsTaken);
    CPPUNIT_TEST(testForeignCorrelationIdsAreNotRepeated);
    CPPUNIT_TEST(testNamesOfPeopleEndNoLink);
    CPPUNIT_TEST(testNamesOfSitesEndNoLink);
    CPPUNIT_TEST(testErrorsOfUpstreamAreCutInTheLog);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSubjectIsPlainTextOrRefused() {
        for (const auto& [subject, status] :
             std::vector<std::pair<std::string, int>>{{"\xFF", 400},
                                                      {"a\xC0\xAF", 400},
                                                      {"\xED\xA0\x80", 400},
                                                      {"\xC3", 400},
                                                      {"a\xC2\x85", 400},
                                                      {"a\tb", 400},
                                                      {"J\xC3\xBCrgen", 200},
                                                      {"\xF0\x9F\x91\xA9", 200}}) {
            const auto answer = sendWith({{"Subject", subject}}, "GET", "/v1/accounts");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(percentEncoded(subject), status, answer.status);
            CPPUNIT_ASSERT(answer.json());
        }
    }

    void testSubjectHasOneRuleEverywhere() {
        for (const auto& text : oddTexts()) {
            const bool isSendable = text.find_first_of("\0\r\n\x7f"s) == std::string::npos && !text.empty() &&
                                    text.size() <= 128 && text.front() != ' ' && text.front() != '\t';
            if (!isSendable)
                continue;
            const auto inHeader = sendWith({{"Subject", text}}, "GET", "/v1/accounts");
            const auto inBody =
                sendWith({}, "POST", "/v1/link-code", "{\"subject\":" + jsonQuoted(text) + "}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(percentEncoded(text), inHeader.status == 400, inBody.status == 400);
        }
    }

    void testProgramsNameIsShown() {
        for (const auto& [sent, shown] : std::vector<std::pair<std::string, std::string>>{
                 {"J\xC3\xBCrgen's tool/1.0", "J\xC3\xBCrgen&apos;s tool/1.0"},
                 {"\xE5\xB7\xA5\xE5\x85\xB7/2", "\xE5\xB7\xA5\xE5\x85\xB7/2"},
                 {"\xF0\x9F\xA6\x8A/1 (a\tb)", "\xF0\x9F\xA6\x8A/1 (a b)"},
                 {"prog\xFF\xC2\x9B/1 \xE2\x80\xAE", "prog\xEF\xBF\xBD/1"},
                 {"J\xFCrgen/1", "J\xEF\xBF\xBDrgen/1"},
                 {"\xED\xA0\x80/1", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD/1"},
                 {"a\xC3", "a\xEF\xBF\xBD"},
                 {"<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"}}) {
            const auto page = askedBy(sent);
            const auto name = programOn(page);
            CPPUNIT_ASSERT_EQUAL(percentEncoded(shown), percentEncoded(name));
            CPPUNIT_ASSERT_MESSAGE(shown, isClean(page.html));
        }
    }

    // A name is cut between characters. A name without visible characters counts as none.
    void testProgramsNameIsCut() {
        std::string longest;
        for (int i = 0; i < 2'000; ++i)
            longest += "\xC3\xBC";
        CPPUNIT_ASSERT_EQUAL(longest.substr(0, 320) + "\xE2\x80\xA6", programOn(askedBy(longest)));
        for (const std::string none : {"\xE2\x80\xAE", "\xE3\x85\xA4", "\xC2\xA0", "\xCC\x81"})
            CPPUNIT_ASSERT_MESSAGE(percentEncoded(none), !askedBy(none).contains("Calls itself"));
    }

    void testEveryOddProgramsNameIsTaken() {
        for (const auto& text : oddHeaderValues())
            CPPUNIT_ASSERT_MESSAGE(percentEncoded(text), isClean(askedBy(text).html));
    }

    void testForeignCorrelationIdsAreNotRepeated() {
        for (const auto& id : std::vector<std::string>{"\xFF", "a b", "a\"b", "", std::string(65, 'a')}) {
            const auto answer = sendWith({{"X-Correlation-ID", id}}, "GET", "/v1/providers");
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string(), answer.header("X-Correlation-ID"));
        }
    }

    void testNamesOfPeopleEndNoLink() {
        for (const auto& naming : namings()) {
            _simulator->control("POST", "users",
                                R"({"handle":"ada","name":)" + jsonQuoted(naming.text) + R"(,"email":)" +
                                    jsonQuoted(naming.text + "@example.com") + "}");
            const auto payload = link(naming, "me");
            expectClean(naming.what, payload.json()->getObject("upstream"), {"display_name", "email"}, 900);
        }
    }

    void testNamesOfSitesEndNoLink() {
        const auto sites = listIn(_simulator->control("GET", "sites"));
        for (const auto& naming : namings()) {
            for (unsigned i = 0; i < sites->size(); ++i)
                _simulator->control("POST", "sites",
                                    R"({"id":")" + sites->getObject(i)->getValue<std::string>("id") +
                                        R"(","name":)" + jsonQuoted(naming.text) + R"(,"url":)" +
                                        jsonQuoted("https://a.example/" + naming.text) + "}");
            const auto payload = link(naming, "accessible-resources");
            expectClean(naming.what, payload.json()->getObject("site"), {"name", "url"}, 2100);
        }
    }

    void testErrorsOfUpstreamAreCutInTheLog() {
        const auto created = _service->createLink();
        WebBrowser browser;
        const auto consent = browser.open(_service->approve(browser, created).refreshTarget());
        const auto state = consent.url.substr(consent.url.find("state=") + 6);
        (void)browser.open(_service->url() + "/callback/jira?error=" + std::string(3000, 'e') +
                           "%1b%5b31m&state=" + state.substr(0, state.find('&')));
        expectReadableLog();
        CPPUNIT_ASSERT(_service->completeLog().find(std::string(50, 'e')) != std::string::npos);
        CPPUNIT_ASSERT(_service->completeLog().find(std::string(200, 'e')) == std::string::npos);
    }

private:
    static void expectClean(const std::string& what, const Poco::JSON::Object::Ptr& object,
                            const std::vector<std::string>& members, std::size_t limit) {
        for (const auto& member : members) {
            const auto text = object->optValue<std::string>(member, {});
            CPPUNIT_ASSERT_MESSAGE(what + " " + percentEncoded(text), isClean(text) && text.size() < limit);
        }
    }

    // Returns the approval page of a link that a program of that name requests.
    WebPage askedBy(const std::string& program) {
        const auto created =
            sendWith({{"User-Agent", program}}, "POST", "/v1/link-code",
                     R"({"provider":"jira","subject":"user-)" + std::to_string(++_subjects) + "\"}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(percentEncoded(program) + created.body, 201, created.status);
        _service->advanceClock(2); // a client may make few links a minute
        WebBrowser browser;
        auto page = browser.open(created.text("verification_url"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(percentEncoded(program), 200, page.status);
        return page;
    }

    static std::string programOn(const WebPage& page) {
        const std::string before = "<dt>Calls itself</dt><dd><bdi>";
        const auto at = page.html.find(before);
        CPPUNIT_ASSERT(at != std::string::npos);
        const auto begin = at + before.size();
        return page.html.substr(begin, page.html.find("</bdi>", begin) - begin);
    }

    HttpAnswer sendWith(std::vector<std::pair<std::string, std::string>> headers, const std::string& method,
                        const std::string& target, const std::string& body = {}) {
        KeptConnection connection(portOf(_service->url()));
        headers.emplace_back("Authorization", "Bearer " + _service->key());
        if (!body.empty())
            headers.emplace_back("Content-Type", "application/json");
        return connection.exchange({method, target, std::move(headers), body});
    }

    // Links an account with the current upstream names, and checks every place that shows them.
    HttpAnswer link(const Naming& naming, const std::string& target) {
        std::string fault;
        if (!naming.replacement.empty())
            fault = R"({"target":")" + target +
                    R"(","kind":"replace_text","text":"MARK","times":0,"replacement_hex":")" +
                    hexOf(naming.replacement) + "\"}";
        if (naming.text == "MARK")
            fault = R"({"target":")" + target +
                    R"(","kind":"replace_text","text":"\"name\":\"MARK\"","times":0,"replacement_hex":")" +
                    hexOf(R"("name":{"a":[1]})") + "\"}";
        if (!fault.empty())
            _simulator->control("POST", "faults", fault);
        const auto created = _service->createLink(R"({"provider":"jira","subject":")" + naming.what + "\"}");
        WebBrowser browser;
        const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, created));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(naming.what, _service->url() + "/done/" + created.id, done.url);
        CPPUNIT_ASSERT_MESSAGE(naming.what, done.contains("Undo"));
        CPPUNIT_ASSERT_MESSAGE(naming.what, isClean(done.html) && done.html.size() < 20'000);
        const auto payload = _service->poll(created);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(naming.what, 200, payload.status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", _service->key()).status);
        const auto listed = _service->runClient({"accounts"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(naming.what + listed.errors, 0, listed.exitCode);
        CPPUNIT_ASSERT_MESSAGE(naming.what, isClean(listed.output));
        expectReadableLog();
        _simulator->control("POST", "faults/clear", "{}");
        return payload;
    }

    void expectReadableLog() const {
        std::istringstream log(_service->log());
        for (std::string line; std::getline(log, line);) {
            if (!line.starts_with('{')) // output of commands
                continue;
            CPPUNIT_ASSERT_NO_THROW_MESSAGE(line.substr(0, 300), Poco::JSON::Parser().parse(line));
            CPPUNIT_ASSERT_MESSAGE(line.substr(0, 300), isClean(line) && line.size() < 5000);
        }
    }

    int _subjects = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UntrustedTextTest);
