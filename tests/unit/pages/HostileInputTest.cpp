// SPDX-License-Identifier: Apache-2.0
// Whatever stands in a view, every page stays the same well-formed document: the tags are compared with those
// of a harmless view, so text that became markup would show.
#include "central_oauth/pages/Pages.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <vector>

using namespace central_oauth::pages;
using namespace std::chrono_literals;
using namespace std::string_literals;

class HostileInputTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostileInputTest);
    CPPUNIT_TEST(testTextNeverBecomesMarkup);
    CPPUNIT_TEST(testControlsAndBidiControlsNeverReachAPage);
    CPPUNIT_TEST(testPagesStaySmall);
    CPPUNIT_TEST(testTemplateSyntaxIsOnlyText);
    CPPUNIT_TEST(testUnfitAddressesBecomeText);
    CPPUNIT_TEST(testUnfitTokensAndTargetsAreLeftOut);
    CPPUNIT_TEST_SUITE_END();

    using Rendered = std::map<std::string, std::string>;

    static Rendered renderAll(const std::string& text) {
        const Pages pages(Site{text, text});
        Rendered rendered;
        rendered["landing"] = pages.landing();
        for (const Proof proof : {Proof::code, Proof::receipt, Proof::pin})
            rendered["approve" + std::to_string(static_cast<int>(proof))] =
                pages.approve({text,
                               text,
                               text,
                               text,
                               text,
                               text,
                               {{text, text}, {text, ""}},
                               text,
                               text,
                               5s,
                               5s,
                               text,
                               text,
                               3,
                               proof,
                               text});
        rendered["continue"] = pages.continueUpstream({text, text, true});
        rendered["chooseSite"] =
            pages.chooseSite({text, text, text, {{"id1", text, text}, {text, text, text}}, text, text, true});
        rendered["done"] = pages.done({text, text, text, text, text, text, "", text, 15min, text});
        rendered["pin"] = pages.done({text, text, text, text, text, text, text, text, 15min, text});
        rendered["declined"] = pages.declined();
        rendered["expired"] = pages.expired();
        rendered["ended"] = pages.ended(text);
        rendered["alreadyUsed"] = pages.alreadyUsed();
        rendered["wrongBrowser"] = pages.wrongBrowser();
        rendered["problem"] = pages.problem({418, text, text, text});
        return rendered;
    }

    static std::string tagsOf(const std::string& html) {
        static const std::regex tag(R"(<[^>]*>)");
        std::string tags;
        for (std::sregex_iterator found(html.begin(), html.end(), tag), end; found != end; ++found)
            tags += found->str() + '\n';
        return tags;
    }

    static std::vector<std::string> hostileTexts() {
        return {"<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "\" autofocus onfocus=\"alert(1)",
                "</title></main><h1>x</h1>",
                "<!--",
                "]]>",
                "&lt;script&gt;&#60;b&#62;",
                "\xC0\xBCscript\xC0\xBE \xFF\xFE \xE2\x80",
                "\xE2\x80\xAE"
                "evil\xE2\x81\xA6\xE2\x80\x8F",
                "a\0<b>\x1B[31m\r\nSet-Cookie: x\x7F\xC2\x9B"s,
                "javascript:alert(1)",
                "data:text/html,<script>alert(1)</script>",
                "//evil.example/\"x",
                "{{{csrf}}} {{>part-foot}} {{=<% %>=}}",
                std::string(65536, '<'),
                std::string(65536, '"'),
                std::string(65536, '\xE2')};
    }

public:
    void testTextNeverBecomesMarkup() {
        // No URL, no token, no path: the same parts are left out as for the hostile texts.
        const Rendered harmless = renderAll("harm less");
        for (const std::string& text : hostileTexts())
            for (const auto& [name, html] : renderAll(text))
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name + " with " + text.substr(0, 40), tagsOf(harmless.at(name)),
                                             tagsOf(html));
    }

    void testControlsAndBidiControlsNeverReachAPage() {
        const std::regex bad("[\\x01-\\x09\\x0B-\\x1F\\x7F\\xFE\\xFF]|\xC0|\xC2[\x80-\x9F]|\xE2\x80["
                             "\x8B\x8E\x8F\xAA-\xAE]|\xE2\x81[\xA0-\xAF]");
        for (const std::string& text : hostileTexts())
            for (const auto& [name, html] : renderAll(text)) {
                CPPUNIT_ASSERT_MESSAGE(name, html.find('\0') == std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(name + " with " + text.substr(0, 40), !std::regex_search(html, bad));
            }
    }

    void testPagesStaySmall() {
        for (const auto& [name, html] : renderAll(std::string(65536, '"')))
            CPPUNIT_ASSERT_MESSAGE(name, html.size() < 32768);
        ApproveView view;
        view.scopes = std::vector<ScopeWords>(10000, {"read:x", "words"});
        CPPUNIT_ASSERT(Pages({}).approve(view).size() < 65536);
    }

    void testTemplateSyntaxIsOnlyText() {
        ApproveView view;
        view.clientName = "{{csrf}}{{{csrf}}}{{#scopes}}";
        view.csrf = "csrf-token";
        const std::string html = Pages({"{{>part-link}}", ""}).approve(view);
        CPPUNIT_ASSERT(html.find("<bdi>{{csrf}}{{{csrf}}}{{#scopes}}</bdi>") != std::string::npos);
        CPPUNIT_ASSERT(html.find("<bdi>{{&gt;part-link}}</bdi>") != std::string::npos);
    }

    void testUnfitAddressesBecomeText() {
        for (const std::string url :
             {"javascript:alert(1)", "JaVaScRiPt://x/%0aalert(1)", "data:text/html,x"}) {
            const Rendered rendered = renderAll(url);
            for (const auto& [name, html] : rendered) {
                CPPUNIT_ASSERT_MESSAGE(name, html.find("href=\"" + url) == std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(name, html.find("http-equiv") == std::string::npos);
            }
            CPPUNIT_ASSERT(rendered.at("landing").find("<bdi>" + url) != std::string::npos);
            CPPUNIT_ASSERT(rendered.at("continue").find("not usable") != std::string::npos);
        }
    }

    void testUnfitTokensAndTargetsAreLeftOut() {
        ApproveView view;
        view.csrf = "x y";
        view.actionPath = "https://evil.example/";
        const std::string html = Pages({}).approve(view);
        CPPUNIT_ASSERT(html.find("evil.example") == std::string::npos);
        CPPUNIT_ASSERT(html.find("name=\"csrf\" value=\"\"") != std::string::npos);
        CPPUNIT_ASSERT(html.find(" action=") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostileInputTest);
