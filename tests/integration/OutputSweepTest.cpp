// SPDX-License-Identifier: Apache-2.0
// Every command of both programs with an unwritable standard output. The commands come from their tables, so
// a new one is covered at once.
#include "../support/DaemonFixture.h"
#include "CommandSamples.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

using namespace central_oauth;
using namespace central_oauth::test;

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// An unwritable standard output. The script runs "$@" with it.
struct Sink {
    std::string name;
    std::string script;
};

const std::vector<Sink>& badSinks() {
    static const std::vector<Sink> sinks{
        {"a full disk", R"("$@" >/dev/full)"},
        {"closed", R"("$@" >&-)"},
        // The reader ends before the command begins.
        {"a pipe without a reader", R"(exec 3> >(exit 0); wait $!; "$@" >&3)"},
    };
    return sinks;
}

std::string lineOf(const Words& words) {
    std::string text;
    for (const auto& word : words)
        text += word + ' ';
    return text;
}

std::string contentOf(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

Words intoSink(const Sink& sink, const std::string& program, const Words& arguments) {
    Words all{"-c", sink.script, "bash", programPath(program).string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

} // namespace

class OutputSweepTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(OutputSweepTest);
    CPPUNIT_TEST(testDaemonCommandsSayThatTheirOutputIsLost);
    CPPUNIT_TEST(testClientCommandsSayThatTheirOutputIsLost);
    CPPUNIT_TEST(testLoginSaysThatItsOutputIsLost);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDaemonCommandsSayThatTheirOutputIsLost() {
        useKeyFile();
        const auto keys = _service->run({"client", "key", "list", "test client"}).output;
        _keyId = keys.substr(0, keys.find('\t'));
        const auto before = state();
        fs::copy(data(), saved(), fs::copy_options::recursive);
        std::set<std::string> silent;
        for (const auto& form : app::describeCommands()) {
            for (const auto& arguments : variantsOf(form)) {
                const auto good = _service->run(arguments);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(lineOf(arguments) + good.errors, 0, good.exitCode);
                restore();
                if (good.output.empty())
                    silent.insert(nameOf(form));
                for (const auto& sink : badSinks())
                    sweep(sink, arguments, good.output.empty(), before);
            }
        }
        // These commands print their results on standard error. Name a further one here.
        CPPUNIT_ASSERT(silent == (std::set<std::string>{"client key remove", "client remove"}));
    }

    void testClientCommandsSayThatTheirOutputIsLost() {
        _account = _service->linkAccount().text("account_id");
        std::set<std::string> silent;
        for (const auto& command : cli::describeCommands()) {
            if (command.name == "login")
                continue; // covered below
            bool prints = false;
            for (const auto& arguments : variantsOf(command)) {
                const auto good = _service->runClient(forAccount(arguments));
                if (good.exitCode != 0 || good.output.empty())
                    continue;
                prints = true;
                for (const auto& sink : badSinks()) {
                    const auto lost = intoSinkOfClient(sink, forAccount(arguments));
                    const auto what = lineOf(arguments) + "into " + sink.name + ": " + lost.errors;
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, 70, lost.exitCode);
                    CPPUNIT_ASSERT_MESSAGE(what, lost.errors.find("standard output") != std::string::npos);
                }
            }
            if (!prints)
                silent.insert(command.name);
        }
        CPPUNIT_ASSERT(silent.empty());
    }

    // With --json it fails at its first line, before anybody approves in vain; otherwise when it has a
    // result.
    void testLoginSaysThatItsOutputIsLost() {
        for (const auto& sink : badSinks()) {
            const auto lost = intoSinkOfClient(sink, {"login", "jira", "--json", "--no-browser"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(sink.name + ": " + lost.errors, 70, lost.exitCode);
            CPPUNIT_ASSERT_MESSAGE(lost.errors, lost.errors.find("standard output") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(0, _service->runClient({"login", "--cancel"}).exitCode);

            ChildProcess login("/bin/bash",
                               intoSink(sink, "central-oauth", {"login", "jira", "--no-browser"}),
                               _service->clientEnvironment());
            const auto code = login.waitForErrorLine("code: ");
            WebBrowser browser;
            const auto done = ServiceUnderTest::consent(
                browser,
                _service->approve(
                    browser,
                    {{}, code.substr(code.find("code: ") + 6), login.waitForErrorLine("/link/"), {}}));
            CPPUNIT_ASSERT_EQUAL(200, done.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(sink.name + ": " + login.standardError(), 70, login.wait());
        }
    }

private:
    [[nodiscard]] fs::path data() const { return _service->database().parent_path(); }
    [[nodiscard]] fs::path saved() const { return _service->folder() / "saved"; }
    [[nodiscard]] fs::path keyFile() const { return data() / "secret-key"; }

    void useKeyFile() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        std::ofstream(keyFile()) << _service->environment["CENTRAL_OAUTH_SECRET_KEY"] << '\n';
        fs::permissions(keyFile(), fs::perms::owner_read | fs::perms::owner_write);
        _service->environment.erase("CENTRAL_OAUTH_SECRET_KEY");
        _service->environment["CENTRAL_OAUTH_SECRET_KEY_FILE"] = keyFile().string();
    }

    // Restores the state before the first command.
    void restore() const {
        fs::remove_all(data());
        fs::copy(saved(), data(), fs::copy_options::recursive);
    }

    // Returns the state that commands can change.
    [[nodiscard]] std::string state() const {
        const auto clients = _service->run({"client", "list"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(clients.errors, 0, clients.exitCode);
        return clients.output + _service->run({"client", "key", "list", "test client"}).output +
               contentOf(keyFile());
    }

    [[nodiscard]] std::string stateWithoutFirstKey() const {
        const auto all = state();
        const auto keys = contentOf(keyFile());
        return all.substr(0, all.size() - keys.size()) + keys.substr(keys.find(',') + 1);
    }

    void sweep(const Sink& sink, const Words& arguments, bool isSilent, const std::string& before) const {
        const auto lost =
            runToEnd("/bin/bash", intoSink(sink, "central-oauthd", arguments), _service->environment);
        const auto what = lineOf(arguments) + "into " + sink.name + ": " + lost.errors;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, isSilent ? 0 : 74, lost.exitCode);
        if (!isSilent) {
            CPPUNIT_ASSERT_MESSAGE(what, lost.errors.find("standard output") != std::string::npos);
            // An encryption key stays, because a daemon may have used it; the message names it.
            const bool stays = arguments == Words{"keys", "add"};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, before, stays ? stateWithoutFirstKey() : state());
            CPPUNIT_ASSERT_MESSAGE(what, !stays || lost.errors.find(" was added all the same") !=
                                                       std::string::npos);
            for (const auto& file : fs::directory_iterator(data()))
                CPPUNIT_ASSERT_MESSAGE(what + file.path().string(),
                                       file.path().string().find(".next") == std::string::npos);
        }
        restore();
    }

    [[nodiscard]] Finished intoSinkOfClient(const Sink& sink, const Words& arguments) const {
        return runToEnd("/bin/bash", intoSink(sink, "central-oauth", arguments),
                        _service->clientEnvironment());
    }

    // Returns the command without its optional words, and with each option and its requirements.
    [[nodiscard]] std::vector<Words> variantsOf(const app::CommandForm& form) const {
        const Words least = leastWordsOf(form, _keyId);
        std::vector<Words> variants{least};
        for (const auto& option : form.options) {
            if (option.required || option.name == "--yes")
                continue;
            variants.push_back(least);
            for (const auto& other : form.options)
                if (other.name == option.needs)
                    append(variants.back(), form, other);
            append(variants.back(), form, option);
        }
        return variants;
    }

    void append(Words& words, const app::CommandForm& form, const app::OptionForm& option) const {
        words.push_back(option.name);
        if (!option.value.empty())
            words.push_back(sampleOf(form, option.value, _keyId));
    }

    // Returns the command with each value of its first operand, and with each option that changes the output.
    [[nodiscard]] static std::vector<Words> variantsOf(const cli::CommandDescription& command) {
        std::vector<Words> operands;
        for (const auto& value : command.operandValues)
            operands.push_back({command.name, value});
        if (!command.operandRequired)
            operands.push_back({command.name});
        if (command.operand == "ACCOUNT")
            operands.push_back({command.name, command.operand});
        std::vector<Words> variants = operands;
        for (const auto& operand : operands) {
            for (const auto& option : command.options) {
                auto words = operand;
                words.push_back("--" + option.name);
                if (option.value.empty())
                    variants.push_back(words);
                for (const auto& value : option.values) {
                    variants.push_back(words);
                    variants.back().push_back(value);
                }
            }
        }
        return variants;
    }

    // Adds the linked account to the words; links it again if the last command has deleted it.
    [[nodiscard]] Words forAccount(Words words) {
        for (auto& word : words) {
            if (word != "ACCOUNT")
                continue;
            if (_service->get("/v1/accounts/" + _account, _service->key()).status == 404)
                _account = _service->linkAccount().text("account_id");
            word = _account;
        }
        return words;
    }

    std::string _account;
    std::string _keyId;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutputSweepTest);
