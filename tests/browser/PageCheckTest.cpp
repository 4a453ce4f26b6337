// SPDX-License-Identifier: Apache-2.0
// Tests the checks of pages: each fault is put into a page and must be found, and no other.
#include "PageCheck.h"

#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>

using namespace central_oauth::test;

class PageCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PageCheckTest);
    CPPUNIT_TEST(testGoodPageHasNoFault);
    CPPUNIT_TEST(testEachFaultIsFound);
    CPPUNIT_TEST(testDarkSchemeIsLookedAt);
    CPPUNIT_TEST(testLargeTextNeedsLess);
    CPPUNIT_TEST(testImagesAreNotLoaded);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        browser().resize({320, 640});
        browser().preferColours("light");
    }

    void testGoodPageHasNoFault() {
        show("<p>Plain.</p><label for=a>Name</label><input id=a><button>Go</button>");
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(faultsOf(browser())));
    }

    void testEachFaultIsFound() {
        for (const auto& [kind, body] : {
                 std::pair<std::string, std::string>{"contrast", "<p class=pale>pale</p>"},
                 {"contrast", "<div class=dark><div><p>dark on dark, from further out</p></div></div>"},
                 {"contrast", "<p class=faint>faint by its opacity</p>"},
                 {"contrast", "<label for=a>A</label><input id=a class=pale-hint placeholder=hint>"},
                 {"contrast", "<a href='/x' class=pale-focus>pale in focus</a>"},
                 {"contrast", "<p class=pale-before>text before it is pale</p>"},
                 {"label", "<input name=a>"},
                 {"label", "<button></button>"},
                 {"label", "<a href='/x'></a>"},
                 {"overflow", "<p class=wide>wide</p>"},
                 {"overflow", "<p class=cut>AbsolutelyUnbreakableAbsolutelyUnbreakableAbsolutelyUn</p>"},
                 {"keyboard", "<a href='/x'>x</a><button tabindex=-1>unreachable</button>"},
                 {"keyboard", "<button>second</button><button tabindex=1>first</button>"},
                 {"outline", "<button class=bare>no outline</button>"},
                 {"outline", "<button class=pale-outline>pale outline</button>"},
                 {"heading", "<h1>another</h1>"},
                 {"heading", "<h3>too deep</h3>"},
                 {"main", "</main><main>another"},
                 {"script", "<script>1</script>"},
                 {"script", "<p onclick='f()'>acts</p>"},
                 {"script", "<a href='javascript:f()'>acts</a>"},
                 {"style", "<p style='color:black'>styled</p>"},
                 {"resource", "<link rel=stylesheet href='https://elsewhere.example/x.css'>"},
                 {"image", "<img src=/x.png alt=x>"},
                 {"image", "<p class=picture>behind</p>"},
             }) {
            show(body);
            const auto faults = faultsOf(browser());
            CPPUNIT_ASSERT_MESSAGE(body + " shows no fault", !faults.empty());
            for (const auto& fault : faults)
                CPPUNIT_ASSERT_EQUAL_MESSAGE(body + "\n" + joined(faults), kind,
                                             fault.substr(0, fault.find(':')));
        }
        browser().open(_pages.write("<!doctype html><html><body><main><h1>h</h1></main></body></html>"));
        const auto bare = joined(faultsOf(browser()));
        CPPUNIT_ASSERT_EQUAL(std::string("language: html has no lang\ntitle: empty"), bare);
    }

    void testDarkSchemeIsLookedAt() {
        show("<p class=scheme>dark on what is dark in one scheme only</p>");
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(faultsOf(browser())));
        browser().preferColours("dark");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faultsOf(browser()).size());
    }

    void testLargeTextNeedsLess() {
        show("<p class='grey large'>large</p>");
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(faultsOf(browser())));
        show("<p class=grey>small</p>");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faultsOf(browser()).size());
    }

    void testImagesAreNotLoaded() {
        show("<img id=i "
             "src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'>");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), browser().property("#i", "naturalWidth"));
    }

private:
    static BrowserSession& browser() { return PagesFixture::firstBrowser(); }

    void show(const std::string& body) {
        browser().open(
            _pages.write("<!doctype html><html lang=en><head><title>t</title><meta name=color-scheme "
                         "content='light dark'><link rel=stylesheet href=bad.css></head><body><main><h1>h"
                         "</h1>" +
                         body + "</main></body></html>"));
    }

    // A folder of pages with their style sheet.
    class Pages {
    public:
        Pages() {
            std::ofstream(_folder.path() / "bad.css")
                << "*{box-sizing:border-box}body{margin:8px}.pale{color:#bbb}.dark{background:#222}"
                   ".dark p{color:#333}.faint{opacity:.4}.pale-hint::placeholder{color:#ccc}"
                   ".pale-focus:focus{color:#ddd}.pale-before::before{content:'x';color:#ddd}"
                   ".wide{width:900px}.cut{overflow:hidden}.bare:focus{outline:none}"
                   ".pale-outline:focus{outline:3px solid #eee}.picture{background-image:url(x.png)}"
                   ".scheme{color:#444}.grey{color:#888}.large{font-size:24px}";
        }
        std::string write(const std::string& html) {
            const auto file = _folder.path() / "page.html";
            std::ofstream(file) << html;
            return "file://" + file.string();
        }

    private:
        TemporaryFolder _folder;
    } _pages;

    static std::string joined(const std::vector<std::string>& lines) {
        std::string text;
        for (const auto& line : lines)
            text += (text.empty() ? "" : "\n") + line;
        return text;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PageCheckTest);
