// SPDX-License-Identifier: Apache-2.0
// The home of a person whose logins are interrupted at a terminal.
#pragma once

#include "ScriptedServer.h"
#include "SettingsFolder.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <filesystem>
#include <string>
#include <vector>

namespace central_oauth::cli::test {

class KeptLoginFixture : public CppUnit::TestFixture {
protected:
    static constexpr const char* pending = R"({"status":"authorization_pending","interval":5})";

    SettingsFolder _place;

    // One run at a terminal with this home.
    struct Run : ProgramRun {
        explicit Run(const SettingsFolder& place) {
            variables["HOME"] = place.home().string();
            traits.interactive = true;
        }
    };

    using Words = std::vector<std::string>;

    static Words login(const Words& more = {}) {
        Words words{"login", "jira", "--no-qr"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    // Runs a login that waits, and interrupts it.
    void interrupt(const Words& more = {}, const std::string& body = linkBody()) const {
        Run run(_place);
        run.http.answer(201, body);
        run.waiter.interruptedWait = 3;
        CPPUNIT_ASSERT_EQUAL(130, run.run(login(more)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is cancelled", std::size_t{1}, run.http.sent.size());
    }

    static std::string secondLink() {
        std::string body = linkBody();
        return body.replace(body.find("482913706154"), 12, "111122223333");
    }

    [[nodiscard]] bool isKept() const { return std::filesystem::exists(_place.logins()); }

    static std::string created(const Run& run) {
        std::string methods;
        for (const SentRequest& request : run.http.sent)
            methods += request.method + ' ';
        return methods;
    }
};

} // namespace central_oauth::cli::test
