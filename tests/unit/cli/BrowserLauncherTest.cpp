// SPDX-License-Identifier: Apache-2.0
// The choice of a browser, and that it runs detached.
#include "central_oauth/cli/BrowserLauncher.h"

#include "SettingsFolder.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <thread>

#include <Poco/Environment.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class BrowserLauncherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrowserLauncherTest);
    CPPUNIT_TEST(testNeedsAScreen);
    CPPUNIT_TEST(testTakesWhatBrowserNames);
    CPPUNIT_TEST(testStaysOnThisSideOfSsh);
    CPPUNIT_TEST(testRunsNothingOfTheWorkingDirectory);
    CPPUNIT_TEST(testStartsApart);
    CPPUNIT_TEST_SUITE_END();

    SettingsFolder _place;
    std::map<std::string, std::string> _variables;
    const std::string _url = "https://oauth.example.com/link/abc?x=$(id);'";

    [[nodiscard]] ProgramCommand command(bool evenOverSsh = false) const {
        return browserCommand(
            [this](const std::string& name) -> std::optional<std::string> {
                const auto found = _variables.find(name);
                return found == _variables.end() ? std::nullopt : std::optional(found->second);
            },
            _url, evenOverSsh);
    }

    [[nodiscard]] std::string program(const std::string& name, const std::string& script = "exit 0") const {
        const auto path = _place.home() / name;
        SettingsFolder::write(path, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path.string();
    }

public:
    void setUp() override { _variables = {{"DISPLAY", ":0"}, {"PATH", _place.home().string()}}; }

    void testNeedsAScreen() {
        CPPUNIT_ASSERT_MESSAGE("there is no browser", command().empty());
        const std::string opener = program("xdg-open");
        CPPUNIT_ASSERT((ProgramCommand{opener, _url}) == command());
        _variables.erase("DISPLAY");
        CPPUNIT_ASSERT(command().empty());
        _variables["WAYLAND_DISPLAY"] = "wayland-0";
        CPPUNIT_ASSERT((ProgramCommand{opener, _url}) == command());
    }

    void testTakesWhatBrowserNames() {
        const std::string opener = program("xdg-open");
        const std::string fox = program("fox");
        for (const std::string& browser :
             {std::string("fox"), fox, "nothing:" + fox, std::string(":/does/not/exist:fox:other")}) {
            _variables["BROWSER"] = browser;
            CPPUNIT_ASSERT_MESSAGE(browser, (ProgramCommand{fox, _url}) == command());
        }
        _variables["BROWSER"] = "fox --new-window --url=%s";
        CPPUNIT_ASSERT((ProgramCommand{fox, "--new-window", "--url=" + _url}) == command());
        _variables["BROWSER"] = "nothing";
        CPPUNIT_ASSERT((ProgramCommand{opener, _url}) == command());
        std::filesystem::permissions(fox, std::filesystem::perms::owner_read);
        _variables["BROWSER"] = fox;
        CPPUNIT_ASSERT_MESSAGE("no program", (ProgramCommand{opener, _url}) == command());
    }

    void testStaysOnThisSideOfSsh() {
        static_cast<void>(program("xdg-open"));
        for (const char* name : {"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"}) {
            setUp();
            _variables[name] = "x";
            CPPUNIT_ASSERT_MESSAGE(name, command().empty());
            CPPUNIT_ASSERT_MESSAGE(name, !command(true).empty());
        }
    }

    void testRunsNothingOfTheWorkingDirectory() {
        static_cast<void>(program("fox"));
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(_place.home());
        for (const char* path : {".", "", "::", "../x"}) {
            _variables["PATH"] = path;
            for (const char* browser : {"fox", "./fox"}) {
                _variables["BROWSER"] = browser;
                CPPUNIT_ASSERT(command().empty());
            }
        }
        std::filesystem::current_path(before);
    }

    void testStartsApart() {
        const auto seen = _place.home() / "seen";
        const std::string script = "{ printf '%s\\n' \"$@\"; echo \"key=$CENTRAL_OAUTH_CLIENT_KEY\"; } > '" +
                                   seen.string() + ".new'; echo noise; mv '" + seen.string() + ".new' '" +
                                   seen.string() + "'";
        Poco::Environment::set("CENTRAL_OAUTH_CLIENT_KEY", "secret");
        const bool isStarted = startApart({program("fox", "PATH=/usr/bin:/bin\n" + script), _url, "a b"});
        Poco::Environment::set("CENTRAL_OAUTH_CLIENT_KEY", "");
        CPPUNIT_ASSERT(isStarted);
        for (int i = 0; i < 3000 && !std::filesystem::exists(seen); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        CPPUNIT_ASSERT_EQUAL(_url + "\na b\nkey=\n", SettingsFolder::read(seen));
        CPPUNIT_ASSERT(!startApart({(_place.home() / "nothing").string(), _url}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrowserLauncherTest);
