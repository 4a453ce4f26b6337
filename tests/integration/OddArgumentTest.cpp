// SPDX-License-Identifier: Apache-2.0
// Odd values in every operand and every option of both programs: a command works or names the fault, never
// fails internally, and prints nothing that controls a terminal. The commands come from their tables, so a
// new one is covered at once.
#include "../support/OddTexts.h"
#include "../support/ServiceUnderTest.h"
#include "CommandSamples.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>
#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::test;

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

constexpr int usage = 64;
constexpr std::size_t workers = 3;

const std::string odd = "ODD"; // replaced by the odd value

/// A command line and its allowed exit codes.
struct Case {
    Words words;
    std::set<int> codes;
};

const Words& values() {
    static const Words all{
        "",
        "   ",
        "\xFF\xFE\xF0\x9F", // not UTF-8
        "a\x1B[2J\r\nX-Added: 1\x7F",
        "\xC2\x9B"
        "31m\xE2\x80\xAE"
        "abc", // U+009B starts a terminal command, U+202E reverses the text
        std::string(5000, 'a'),
        "\xEF\xBC\x91\xEF\xBC\x92", // full-width digits
        "-1",
    };
    return all;
}

void addCases(std::vector<Case>& cases, const Words& words, const std::set<int>& codes) {
    for (const auto& value : values()) {
        auto filled = words;
        std::replace(filled.begin(), filled.end(), odd, value);
        cases.push_back({filled, codes});
    }
}

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

// Each operand, each option value, an extra word, and a replacement for each word of the command's name.
std::vector<Case> casesOfDaemon(const std::string& keyId) {
    std::vector<Case> cases;
    std::set<Words> beginnings;
    for (const auto& form : app::describeCommands()) {
        const std::set<int> codes =
            form.action == app::Action::checkPlugin ? std::set<int>{0, usage, 78} : std::set<int>{0, usage};
        const auto least = leastWordsOf(form, keyId);
        for (std::size_t i = 0; i < form.operands.size(); ++i) {
            auto words = least;
            words[form.words.size() + i] = odd;
            addCases(cases, words, codes);
        }
        for (const auto& option : form.options) {
            if (option.value.empty())
                continue;
            auto words = least;
            const auto known = std::find(words.begin(), words.end(), option.name);
            if (known != words.end())
                *(known + 1) = odd;
            addCases(cases, known == words.end() ? with(words, {option.name, odd}) : words, codes);
        }
        for (const auto& value : {values()[3], values()[5]})
            cases.push_back({with(least, {value}), codes});
        for (std::size_t i = 0; i < form.words.size(); ++i)
            beginnings.insert({form.words.begin(), form.words.begin() + static_cast<std::ptrdiff_t>(i)});
    }
    for (const auto& beginning : beginnings)
        addCases(cases, with(beginning, {odd}), {usage});
    return cases;
}

// Words that the client's table does not list.
const std::vector<Words>& furtherWords() {
    static const std::vector<Words> all{{odd},
                                        {"config", "set", odd},
                                        {"config", "set", "url", odd},
                                        {"config", "set", "ca", odd},
                                        {"config", "unset", odd},
                                        {"token", "--format", "git", "some", odd}};
    return all;
}

std::vector<Case> casesOfClient(const std::string& account) {
    constexpr int linkNeeded = 1;
    constexpr int unknownAccount = 6;
    constexpr int interrupted = 130; // a login that waits for its person
    std::vector<Case> cases;
    for (const auto& command : cli::describeCommands()) {
        std::set<int> codes{0, linkNeeded, usage, unknownAccount};
        Words name{command.name};
        if (command.name == "login") {
            codes.insert(interrupted);
            name = {command.name, "--json", "--no-browser"};
        }
        const auto isYes = [](const cli::OptionDescription& option) { return option.name == "yes"; };
        const bool asks = std::any_of(command.options.begin(), command.options.end(), isYes);
        if (asks)
            name.emplace_back("--yes");
        // A command that asks before it removes an account gets an unknown account.
        const std::string operand = command.operand == "ACCOUNT"
                                        ? (asks ? "acc_" + std::string(22, 'A') : account)
                                        : (command.operand == "PROVIDER" ? "jira" : "bash");
        const auto least = command.operandRequired ? with(name, {operand}) : name;
        if (!command.operand.empty())
            addCases(cases, with(name, {odd}), codes);
        for (const auto& option : command.options)
            if (!option.value.empty())
                addCases(cases, with(least, {"--" + option.name, odd}), codes);
        for (const auto& value : {values()[3], values()[5]})
            cases.push_back({with(with(name, {operand}), {value}), codes});
    }
    for (const auto& words : furtherWords())
        addCases(cases, words, {0, usage});
    return cases;
}

// Returns what is wrong with a command's end, or empty.
std::string faultOf(const Finished& finished, const std::set<int>& codes) {
    const std::string shown = finished.output + finished.errors;
    std::string flat = shown;
    flat.erase(std::remove_if(flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\t'; }),
               flat.end());
    if (!codes.contains(finished.exitCode))
        return "exit code " + std::to_string(finished.exitCode);
    if (finished.exitCode == usage && finished.errors.empty())
        return "no reason";
    if (!base::isPlainText(flat) || shown.find("\xE2\x80\xAE") != std::string::npos)
        return "a control character";
    if (finished.errors.size() > 3000)
        return "too long";
    const bool isExcuse =
        shown.find("internal") != std::string::npos || shown.find("unexpected") != std::string::npos;
    return isExcuse ? "an excuse" : "";
}

std::string textOf(const Words& words) {
    std::string text;
    for (const auto& word : words)
        text += percentEncoded(word.substr(0, 40)) + ' ';
    return text;
}

// Runs all cases and reports the first few faults.
void sweep(const std::vector<Case>& cases,
           const std::function<Finished(const Words&, std::size_t worker)>& run) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::string faults;
    {
        std::vector<std::jthread> threads;
        for (std::size_t worker = 0; worker < workers; ++worker)
            threads.emplace_back([&, worker] {
                for (auto i = next++; i < cases.size(); i = next++) {
                    const auto finished = run(cases[i].words, worker);
                    const auto fault = faultOf(finished, cases[i].codes);
                    const std::lock_guard guard(mutex);
                    if (!fault.empty() && faults.size() < 6000)
                        faults += textOf(cases[i].words) + ": " + fault + ": " +
                                  percentEncoded(finished.errors.substr(0, 300)) + "\n";
                }
            });
    }
    CPPUNIT_ASSERT_MESSAGE(faults, faults.empty());
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
        const auto account = service.linkAccount().text("account_id");
        const auto clientCases = casesOfClient(account);
        CPPUNIT_ASSERT(clientCases.size() > 250);
        sweep(clientCases, [&](const Words& words, std::size_t) {
            return words.front() == "login" ? login(service, words) : service.runClient(words);
        });
        CPPUNIT_ASSERT_EQUAL(200, service.get("/v1/tokens/" + account, service.key()).status);
        CPPUNIT_ASSERT_EQUAL(0, service.stop());

        const auto keys = service.run({"client", "key", "list", "test client"}).output;
        const auto daemonCases = casesOfDaemon(keys.substr(0, keys.find('\t')));
        CPPUNIT_ASSERT(daemonCases.size() > 150);
        copyDatabase(service);
        std::atomic<int> number{0};
        sweep(daemonCases, [&](Words words, std::size_t worker) {
            // A name can be used once.
            for (auto& word : words)
                if (word == "another client" || word == "laptop")
                    word += ' ' + std::to_string(++number);
            auto environment = service.environment;
            environment["CENTRAL_OAUTH_DB_PATH"] = databaseOf(service, worker).string();
            return runToEnd(programPath("central-oauthd"), words, environment);
        });
        service.environment["CENTRAL_OAUTH_DB_PATH"] = databaseOf(service, 0).string();
        service.start();
        CPPUNIT_ASSERT_EQUAL(200, service.get("/v1/providers", service.key()).status);
    }

private:
    // Interrupts a waiting login.
    [[nodiscard]] static Finished login(const ServiceUnderTest& service, const Words& words) {
        return runToEnd("/bin/bash",
                        with({"-c",
                              R"(exec 3< <(exec "$@"); login=$!
                              IFS= read -r line <&3 && printf '%s\n' "$line" && kill -TERM $login
                              cat <&3; wait $login)",
                              "bash", programPath("central-oauth").string()},
                             words),
                        service.clientEnvironment());
    }

    // A command locks the database, so each worker has its own.
    [[nodiscard]] static fs::path databaseOf(const ServiceUnderTest& service, std::size_t worker) {
        return service.folder() / ("data-" + std::to_string(worker)) / "db.sqlite3";
    }

    static void copyDatabase(const ServiceUnderTest& service) {
        for (std::size_t worker = 0; worker < workers; ++worker)
            fs::copy(service.database().parent_path(), databaseOf(service, worker).parent_path(),
                     fs::copy_options::recursive);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OddArgumentTest);
