// SPDX-License-Identifier: Apache-2.0
// A link code in every spelling of keyboards, messengers and documents, in every place that takes one.
#include "../support/DaemonFixture.h"
#include "../support/WebBrowser.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <memory>

#include <Poco/URI.h>
#include <Poco/UTF8Encoding.h>

using namespace central_oauth::test;

namespace {

std::string utf8(int character) {
    unsigned char bytes[4];
    const int length = Poco::UTF8Encoding().convert(character, bytes, sizeof bytes);
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

std::string inScript(const std::string& code, int zero) {
    std::string text;
    for (const char digit : code)
        text += utf8(zero + digit - '0');
    return text;
}

std::string divided(const std::string& code, const std::string& by) {
    return code.substr(0, 4) + by + code.substr(4, 4) + by + code.substr(8);
}

// Returns spellings of the code, one class of characters after the other.
std::vector<std::string> spellingsOf(const std::string& code) {
    std::vector<std::string> all{code};
    for (const int zero : {0x660, 0x6F0, 0x966, 0xE50, 0xFF10, 0x104A0, 0x1D7CE, 0x1D7F6})
        all.push_back(inScript(code, zero));
    for (const int between : {0x2D, 0xAD, 0x2010, 0x2011, 0x2013, 0x2014, 0x2212, 0xFE63, 0xFF0D, 0x30FC,
                              0x20, 0xA0, 0x2003, 0x202F, 0x3000, 0x200B, 0x200E, 0x2060, 0xFEFF})
        all.push_back(divided(code, utf8(between)));
    all.insert(all.end(), {divided(code, " - "), "  " + code + " ", code + ".", "\"" + code + "\"",
                           utf8(0x201C) + divided(code, "-") + utf8(0x201D) + ".",
                           utf8(0xAB) + utf8(0xA0) + inScript(code, 0xFF10) + utf8(0xA0) + utf8(0xBB)});
    return all;
}

// Returns texts that are no code.
std::vector<std::string> notCodesFrom(const std::string& code) {
    return {code.substr(1),     code + "0",       code.substr(0, 11) + "O", divided(code, "."),
            divided(code, "_"), "+" + code,       code.substr(0, 6),        inScript(code, 0x2080),
            "code " + code,     code + "\xC0\xB0"};
}

std::string encoded(const std::string& text) {
    std::string result;
    Poco::URI::encode(text, "!\"#$%&'()*+,/:;=?@[]`.-_", result);
    return result;
}

} // namespace

class TypedCodeTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(TypedCodeTest);
    CPPUNIT_TEST(testEverySpellingInEveryPlace);
    CPPUNIT_TEST(testControlsThatFormsCarry);
    CPPUNIT_TEST(testInvalidCodesCostNoAttempt);
    CPPUNIT_TEST(testInvalidCodeInAPathIsNoFailedAttempt);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEverySpellingInEveryPlace() {
        const auto count = spellingsOf("482913706154").size();
        for (std::size_t i = 0; i < count; ++i) {
            // A client may make few links a minute.
            _service->advanceClock(61);
            const auto what = "spelling " + std::to_string(i) + ": ";
            const auto link = newLink();
            const auto typed = spellingsOf(link.code)[i];
            const auto polled = _service->get("/v1/poll/" + encoded(typed), link.secret);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what + typed + polled.body, 202, polled.status);
            const auto cancelled = _service->remove("/v1/link-code/" + encoded(typed), link.secret);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what + typed + cancelled.body, 200, cancelled.status);
            const auto approved = newLink();
            WebBrowser browser;
            const auto page = typeCode(browser, approved, spellingsOf(approved.code)[i]);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what + typed, 200, page.status);
            CPPUNIT_ASSERT_MESSAGE(what + typed, page.url.find("/continue/") != std::string::npos);
        }
    }

    void testControlsThatFormsCarry() {
        for (const std::string by : {"\t", "\r\n", "\n"}) {
            const auto link = newLink();
            WebBrowser browser;
            const auto page = typeCode(browser, link, divided(link.code, by) + by);
            CPPUNIT_ASSERT_MESSAGE(page.html, page.url.find("/continue/") != std::string::npos);
        }
    }

    void testInvalidCodesCostNoAttempt() {
        const auto link = newLink();
        WebBrowser browser;
        for (const auto& typed : notCodesFrom(link.code)) {
            const auto page = typeCode(browser, link, typed);
            if (typed.find('\xC0') != std::string::npos) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE("no UTF-8 at all", 400, page.status);
                continue;
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, 422, page.status);
            CPPUNIT_ASSERT_MESSAGE(typed + page.html, page.contains("That did not count.") &&
                                                          page.contains("The code has 12 digits") &&
                                                          page.contains("5 attempts are left."));
        }
        CPPUNIT_ASSERT(typeCode(browser, link, " ").contains("Type the 12 digits."));
        auto wrong = link.code;
        wrong.back() = wrong.back() == '0' ? '1' : '0';
        CPPUNIT_ASSERT(typeCode(browser, link, wrong).contains("4 attempts are left."));
        CPPUNIT_ASSERT(typeCode(browser, link, link.code).url.find("/continue/") != std::string::npos);
    }

    void testInvalidCodeInAPathIsNoFailedAttempt() {
        const auto link = newLink();
        // Exceeds the limit for failed attempts of one address.
        for (int i = 0; i < 12; ++i)
            for (const auto& typed : notCodesFrom(link.code)) {
                const auto answer = _service->get("/v1/poll/" + encoded(typed), link.secret);
                CPPUNIT_ASSERT_MESSAGE(typed + answer.body, answer.status == 404 || answer.status == 400);
            }
        const auto fresh = _service->get("/v1/poll/000000000000", link.secret);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(fresh.body, 404, fresh.status);
    }

private:
    [[nodiscard]] TestLink newLink() const {
        static int person = 0;
        return _service->createLink(R"({"provider":"jira","subject":"person )" + std::to_string(++person) +
                                    "\"}");
    }

    WebPage typeCode(WebBrowser& browser, const TestLink& link, const std::string& code) const {
        const auto page = browser.open(link.url);
        return browser.post(page.url, _service->url(),
                            {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", code}});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TypedCodeTest);
