// SPDX-License-Identifier: Apache-2.0
// The style sheet: contrast in light and dark (WCAG 2.2, 1.4.3 and 1.4.11), and the person's preferences.
#include "central_oauth/pages/Pages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

using namespace central_oauth::pages;

class StyleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StyleTest);
    CPPUNIT_TEST(testTextIsReadable);
    CPPUNIT_TEST(testEdgesAndFocusAreVisible);
    CPPUNIT_TEST(testEveryColourIsNamed);
    CPPUNIT_TEST(testRespectsWhatPeopleSet);
    CPPUNIT_TEST(testNoTextIsWiderThanThePage);
    CPPUNIT_TEST_SUITE_END();

    using Palette = std::map<std::string, std::string>;

    struct Pair {
        const char* front;
        std::vector<const char*> grounds;
    };

    const std::string _css{stylesheet().content};

    /// Light, then dark.
    std::vector<Palette> palettes() const {
        const std::regex block(R"(:root \{([^}]*)\})"), colour(R"(--([a-z-]+): (#[0-9a-f]{6});)");
        std::vector<Palette> all;
        for (std::sregex_iterator root(_css.begin(), _css.end(), block), end; root != end; ++root) {
            const std::string text = (*root)[1].str();
            Palette& palette = all.emplace_back();
            for (std::sregex_iterator found(text.begin(), text.end(), colour); found != end; ++found)
                palette[(*found)[1].str()] = (*found)[2].str();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.size());
        CPPUNIT_ASSERT_EQUAL(all[0].size(), all[1].size());
        return all;
    }

    static double luminance(const std::string& colour) {
        constexpr std::array<double, 3> weights{0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double part = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    static double contrast(const std::string& one, const std::string& other) {
        const double a = luminance(one), b = luminance(other);
        return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
    }

    void expect(const std::vector<Pair>& pairs, double least) const {
        for (const Palette& palette : palettes())
            for (const Pair& pair : pairs)
                for (const char* ground : pair.grounds) {
                    const double measured = contrast(palette.at(pair.front), palette.at(ground));
                    CPPUNIT_ASSERT_MESSAGE(std::string(pair.front) + " on " + ground + " in " +
                                               palette.at("page") + ": " + std::to_string(measured),
                                           measured >= least);
                }
    }

public:
    void testTextIsReadable() {
        expect({{"text", {"page", "card", "soft", "warn", "bad", "info"}},
                {"quiet", {"page", "card", "soft", "info"}},
                {"accent", {"page", "card", "warn", "bad", "info"}},
                {"on-accent", {"accent", "accent-deep"}},
                {"warn-tag", {"card", "warn"}},
                {"on-tag", {"warn-tag"}}},
               4.5);
    }

    void testEdgesAndFocusAreVisible() {
        expect({{"edge", {"page", "card", "soft", "warn", "bad", "info"}},
                {"accent", {"page", "card", "soft", "warn", "info"}},
                {"warn-edge", {"card", "warn"}},
                {"bad-edge", {"card", "bad"}},
                {"good", {"card"}}},
               3.0);
    }

    void testEveryColourIsNamed() {
        // A colour outside the palettes would escape these tests; a shadow carries no meaning.
        const auto rules = _css.substr(_css.find("*, *::before"));
        CPPUNIT_ASSERT(!std::regex_search(rules, std::regex(R"(#[0-9a-fA-F]{3,8}\b)")));
        const std::regex use(R"(var\(--([a-z-]+)\))");
        const Palette light = palettes()[0];
        for (std::sregex_iterator found(rules.begin(), rules.end(), use), end; found != end; ++found)
            CPPUNIT_ASSERT_MESSAGE(found->str(), light.count((*found)[1].str()) == 1);
    }

    void testNoTextIsWiderThanThePage() {
        // The second rule is for text without any place to break, such as joined emoji.
        for (const char* part :
             {"overflow-wrap: anywhere;", ".bar, main, footer { overflow: hidden; overflow: clip; }"})
            CPPUNIT_ASSERT_MESSAGE(part, _css.find(part) != std::string::npos);
        CPPUNIT_ASSERT(_css.find("white-space: pre") == std::string::npos);
    }

    void testRespectsWhatPeopleSet() {
        for (const char* part :
             {"prefers-color-scheme: dark", "prefers-reduced-motion: no-preference", "forced-colors: active",
              ":focus-visible { outline: 3px solid", "color-scheme: light dark"})
            CPPUNIT_ASSERT_MESSAGE(part, _css.find(part) != std::string::npos);
        // Motion appears in its media query only, and no rule removes the focus ring or the zoom.
        CPPUNIT_ASSERT(_css.find("transition:") > _css.find("prefers-reduced-motion"));
        for (const char* part :
             {"outline: none", "outline: 0", "animation", "forced-color-adjust", "!important"})
            CPPUNIT_ASSERT_MESSAGE(part, _css.find(part) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StyleTest);
