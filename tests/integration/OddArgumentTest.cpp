// SPDX-License-Identifier: Apache-2.0
// Whatever stands behind a command of the daemon: it works, or says what is wrong. It does not fail.
#include "../support/OddTexts.h"
#include "../support/ServiceUnderTest.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::test;

namespace {

constexpr int usage = 64;

// Where "?" stands goes the odd value.
const std::vector<std::vector<std::string>>& commands() {
    static const std::vector<std::vector<std::string>> all{
        {"?"},
        {"client", "?"},
        {"client", "key", "?"},
        {"client", "add", "?"},
        {"client", "add", "some", "--contact", "?"},
        {"client", "add", "some", "--scopes", "?"},
        {"client", "add", "some", "--links-per-minute", "?"},
        {"client", "add", "some", "--live-links", "?"},
        {"client", "remove", "?"},
        {"client", "key", "add", "?", "--name", "some"},
        {"client", "key", "add", "test client", "--name", "?"},
        {"client", "key", "add", "test client", "--name", "some", "--scopes", "?"},
        {"client", "key", "add", "test client", "--name", "some", "--expires", "?"},
        {"client", "key", "list", "?"},
        {"client", "key", "remove", "?", "some"},
        {"client", "key", "remove", "test client", "?"},
        {"--check-plugin", "?"},
    };
    return all;
}

std::vector<std::string> values() {
    const std::set<std::string> chosen{"",
                                       " ",
                                       "a:b",
                                       "a\r\nX-Added: 1",
                                       "%00",
                                       "\"'<>`",
                                       "-1",
                                       "99999999999999999999",
                                       "\xF0\x9F\x92\xA9",
                                       "\xFF\xFE",
                                       "\xE2\x80\xAE"
                                       "abc"};
    std::vector<std::string> found;
    std::copy_if(oddTexts().begin(), oddTexts().end(), std::back_inserter(found),
                 [&](const std::string& text) { return chosen.contains(text) || text.size() == 5000; });
    return found;
}

} // namespace

class OddArgumentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OddArgumentTest);
    CPPUNIT_TEST(testNoCommandFailsOverAnArgument);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNoCommandFailsOverAnArgument() {
        const Simulator simulator;
        ServiceUnderTest service(simulator);
        (void)service.stop();
        int runs = 0;
        for (const auto& form : commands()) {
            for (const auto& value : values()) {
                auto arguments = form;
                std::replace(arguments.begin(), arguments.end(), std::string("?"), value);
                // Without a command the daemon would start.
                if (arguments == std::vector<std::string>{""})
                    continue;
                const auto finished = service.run(arguments);
                auto what = form.front() + (form.size() > 1 ? " " + form[1] : "") + " " +
                            percentEncoded(value.substr(0, 20)) + ": " + std::to_string(finished.exitCode) +
                            " " + finished.errors.substr(0, 200);
                CPPUNIT_ASSERT_MESSAGE(what,
                                       finished.exitCode == 0 || finished.exitCode == usage ||
                                           (form.front() == "--check-plugin" && finished.exitCode == 78));
                CPPUNIT_ASSERT_MESSAGE(what, finished.exitCode == 0 || !finished.errors.empty());
                CPPUNIT_ASSERT_MESSAGE(what, finished.errors.size() < 3000);
                ++runs;
            }
        }
        CPPUNIT_ASSERT(runs > 180);
        service.start();
        CPPUNIT_ASSERT_EQUAL(200, service.get("/v1/providers", service.key()).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OddArgumentTest);
