// SPDX-License-Identifier: Apache-2.0
// The template files: no raw output, no script, no inline style, quoted attributes.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

class TemplatesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TemplatesTest);
    CPPUNIT_TEST(testHaveNoRawOutput);
    CPPUNIT_TEST(testHaveNoScriptAndNoInlineStyle);
    CPPUNIT_TEST(testQuoteEveryAttribute);
    CPPUNIT_TEST(testIncludeOnlyPartialsThatExist);
    CPPUNIT_TEST(testStylesheetLoadsNothing);
    CPPUNIT_TEST_SUITE_END();

    std::map<std::string, std::string> _templates;
    std::string _stylesheet;

    static std::string contentOf(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    void refuse(const std::string& pattern) const {
        const std::regex unwanted(pattern, std::regex::icase);
        for (const auto& [name, content] : _templates) {
            std::smatch found;
            if (std::regex_search(content, found, unwanted))
                CPPUNIT_FAIL(name + ": " + found.str());
        }
    }

public:
    void setUp() override {
        for (const auto& entry : std::filesystem::directory_iterator(CENTRAL_OAUTH_PAGE_TEMPLATES)) {
            if (entry.path().extension() == ".mustache")
                _templates[entry.path().stem().string()] = contentOf(entry.path());
            else if (entry.path().filename() == "style.css")
                _stylesheet = contentOf(entry.path());
        }
        CPPUNIT_ASSERT(_templates.size() >= 10);
    }

    void testHaveNoRawOutput() {
        refuse(R"(\{\{\{)");
        refuse(R"(\{\{\s*&)");
        refuse(R"(\{\{\s*=)"); // other delimiters would hide the first two
    }

    void testHaveNoScriptAndNoInlineStyle() {
        refuse(R"(<\s*(script|style|iframe|object|embed|base|img)\b)");
        refuse(R"(\sstyle\s*=)");
        refuse(R"(\son[a-z]+\s*=)");
        refuse(R"((src|href|action)="(https?:|//|data:|javascript:))");
    }

    void testQuoteEveryAttribute() {
        refuse(R"(\s[a-z-]+\s*=\s*\{\{)");
        refuse(R"(='[^']*\{\{)");
    }

    void testIncludeOnlyPartialsThatExist() {
        const std::regex inclusion(R"(\{\{>\s*([^}\s]+)\s*\}\})");
        for (const auto& [name, content] : _templates) {
            for (std::sregex_iterator found(content.begin(), content.end(), inclusion), end; found != end;
                 ++found) {
                const std::string partial = (*found)[1].str();
                CPPUNIT_ASSERT_MESSAGE(name + " includes " + partial,
                                       partial.starts_with("part-") && _templates.count(partial) == 1);
            }
        }
    }

    void testStylesheetLoadsNothing() {
        CPPUNIT_ASSERT(_stylesheet.find("prefers-color-scheme: dark") != std::string::npos);
        CPPUNIT_ASSERT(_stylesheet.find(":focus-visible") != std::string::npos);
        for (const char* unwanted : {"url(", "@import", "@font-face", "expression("})
            CPPUNIT_ASSERT_MESSAGE(unwanted, _stylesheet.find(unwanted) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TemplatesTest);
