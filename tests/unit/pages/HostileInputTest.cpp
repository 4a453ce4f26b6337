// SPDX-License-Identifier: Apache-2.0
// With any text in a view, every page stays the same well-formed document: its tags equal those of a harmless
// view, so text that became markup would show.
#include "central_oauth/pages/Pages.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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
    CPPUNIT_TEST(testNothingHostileStandsBeforeWarningAndDecline);
    CPPUNIT_TEST(testTooManyScopesAndSitesAreSaidToBe);
    CPPUNIT_TEST(testTemplateSyntaxIsOnlyText);
    CPPUNIT_TEST(testUnfitAddressesBecomeText);
    CPPUNIT_TEST(testUnfitTokensAndTargetsAreLeftOut);
    CPPUNIT_TEST_SUITE_END();

    using Rendered = std::map<std::string, std::string>;

    static ApproveView approveView(const std::string& text, Proof proof) {
        ApproveView view;
        view.clientName = view.clientContact = view.onBehalfOf = view.subject = view.label = text;
        view.providerName = view.wantedSite = view.requesterAddress = view.requesterProgram = text;
        view.isRelink = true;
        for (const auto effect : {ScopeEffect::unknown, ScopeEffect::lasts, ScopeEffect::reads,
                                  ScopeEffect::changes, ScopeEffect::deletes, ScopeEffect::administers})
            view.scopes.push_back({text, text, effect});
        view.scopes.push_back({text, "", ScopeEffect::reads});
        view.age = view.expiresIn = 5s;
        view.actionPath = view.csrf = view.linkCodeDisplay = text;
        view.attemptsLeft = 3;
        view.entryFault = text;
        view.proof = proof;
        return view;
    }

    static Rendered renderAll(const std::string& text) {
        const Pages pages(Site{text, text});
        Rendered rendered;
        rendered["landing"] = pages.landing();
        for (const Proof proof : {Proof::code, Proof::receipt, Proof::pin})
            rendered["approve" + std::to_string(static_cast<int>(proof))] =
                pages.approve(approveView(text, proof));
        rendered["continue"] = pages.continueUpstream({text, text, true});
        rendered["chooseSite"] =
            pages.chooseSite({text, text, text, {{"id1", text, text}, {text, text, text}}, text, text, true});
        rendered["done"] = pages.done({text, text, text, text, text, text, "", text, 15min, text});
        rendered["pin"] = pages.done({text, text, text, text, text, text, text, text, 15min, text});
        rendered["declined"] = pages.declined();
        rendered["expired"] = pages.expired();
        rendered["ended"] = pages.ended(text);
        rendered["endedUpstream"] = pages.ended("upstream_error", text);
        rendered["undone"] = pages.ended("undone", text);
        rendered["alreadyUsed"] = pages.alreadyUsed();
        rendered["wrongBrowser"] = pages.wrongBrowser();
        rendered["problem"] = pages.problem({418, text, text});
        return rendered;
    }

    /// Also writes the pages into the folder named by CENTRAL_OAUTH_RENDERED_PAGES, for inspection.
    static void keep(const std::string& name, const std::string& html) {
        if (const char* folder = std::getenv("CENTRAL_OAUTH_RENDERED_PAGES"))
            std::ofstream(std::filesystem::path(folder) / ("hostile-" + name + ".html")) << html;
    }

    static std::string tagsOf(const std::string& html) {
        static const std::regex tag(R"(<[^>]*>)");
        // The row with a name in full, if the heading cuts it.
        static const std::regex fullName(R"(<div><dt>Program</dt><dd><bdi>[^<]*</bdi></dd></div>)");
        const std::string page = std::regex_replace(html, fullName, "");
        std::string tags;
        for (std::sregex_iterator found(page.begin(), page.end(), tag), end; found != end; ++found)
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

    static std::string longEmoji() {
        std::string text;
        for (int i = 0; i < 10000; ++i)
            text += "\xF0\x9F\x91\xA9\xE2\x80\x8D";
        return text;
    }

public:
    void testTextNeverBecomesMarkup() {
        // No URL, no token, no path: the harmless view leaves out the same parts as the hostile ones.
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
        for (const auto& [name, html] : renderAll(std::string(65536, '"'))) {
            CPPUNIT_ASSERT_MESSAGE(name, html.size() < 40960);
            keep(name, html);
        }
        ApproveView view;
        view.scopes = std::vector<ScopeWords>(10000, {"read:x", "words"});
        CPPUNIT_ASSERT(Pages({}).approve(view).size() < 65536);
    }

    // Texts that an API caller can set come after the warning and Decline. Before them stand only the
    // operator's names, cut short, and first of all the person that a confidential client asks for, in 64
    // characters.
    void testNothingHostileStandsBeforeWarningAndDecline() {
        const auto head = [](const ApproveView& view) {
            const std::string html = Pages(Site{"Operator", ""}).approve(view);
            const auto decline = html.find("value=\"decline\"");
            CPPUNIT_ASSERT(html.find("decline.</strong>") < decline);
            return html.substr(0, decline);
        };
        std::vector<std::string> texts = hostileTexts();
        texts.insert(texts.end(), {std::string(65536, 'W'), longEmoji()});
        ApproveView harmless;
        harmless.clientName = "Client";
        harmless.providerName = "Product";
        for (const std::string& text : texts) {
            ApproveView view = approveView(text, Proof::pin);
            view.attemptsLeft.reset();
            view.onBehalfOf.clear();
            view.clientName = harmless.clientName;
            view.providerName = harmless.providerName;
            CPPUNIT_ASSERT_EQUAL(head(harmless), head(view));
            keep(text[0] == 'W' ? "long-word" : "long-other",
                 Pages(Site{text, text}).approve(approveView(text, Proof::code)));
        }
        harmless.clientName = harmless.providerName = std::string(1000, 'W');
        CPPUNIT_ASSERT(head(harmless).find(std::string(33, 'W')) == std::string::npos);
        harmless.clientName = harmless.providerName = "Client";
        harmless.onBehalfOf = std::string(1000, 'W');
        CPPUNIT_ASSERT(head(harmless).find(std::string(63, 'W')) != std::string::npos);
        CPPUNIT_ASSERT(head(harmless).find(std::string(65, 'W')) == std::string::npos);
    }

    void testTooManyScopesAndSitesAreSaidToBe() {
        ApproveView view;
        view.scopes = std::vector<ScopeWords>(201, {"read:x", "words", ScopeEffect::reads});
        CPPUNIT_ASSERT(Pages({}).approve(view).find("1 more permissions are asked for") != std::string::npos);
        view.scopes.pop_back();
        CPPUNIT_ASSERT(Pages({}).approve(view).find("more permissions") == std::string::npos);
        ChooseSiteView choice;
        choice.choices = std::vector<SiteChoice>(503, {"id", "name", ""});
        CPPUNIT_ASSERT(Pages({}).chooseSite(choice).find("3 more sites are not shown") != std::string::npos);
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
