// SPDX-License-Identifier: Apache-2.0
// The command-line client beside a daemon and the simulator: starts it in every way, and checks what must
// hold for all of its output.
#pragma once

#include "../support/DaemonFixture.h"
#include "../support/PseudoTerminal.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace central_oauth::test {

/// Each test has a daemon, a simulator and a home folder of its own.
class ClientFixture : public DaemonFixture {
public:
    void setUp() override;

protected:
    using Arguments = std::vector<std::string>;
    using Environment = ChildProcess::Environment;

    /// A login in a pipe that has printed its code.
    struct Login {
        std::unique_ptr<ChildProcess> process;
        TestLink link;
    };

    [[nodiscard]] Login startLogin(const Arguments& arguments) const;
    [[nodiscard]] Login startLogin(const Arguments& arguments, const Environment& environment) const;

    /// Blocks until the login ends. Makes the same assertions as `run`.
    [[nodiscard]] Finished end(const Login& login) const;

    /// Approves as a person, on our page and upstream; asserts that the last page reports success.
    void approve(const TestLink& link) const;

    /// Runs the client in pipes. Asserts that it prints no escape sequence, and no secret but a token that
    /// was asked for.
    [[nodiscard]] Finished run(const Arguments& arguments) const;
    [[nodiscard]] Finished run(const Arguments& arguments, const Environment& environment) const;

    /// Runs the client with a text at its standard input, with the same assertions.
    [[nodiscard]] Finished runWithInput(const Arguments& arguments, const Environment& environment,
                                        const std::string& input) const;

    /// Runs a script of sh in which `central-oauth` is the client, with that environment.
    [[nodiscard]] Finished shell(const std::string& script, const Environment& environment) const;

    /// Starts the client on a terminal.
    [[nodiscard]] std::unique_ptr<PseudoTerminal> onTerminal(const Arguments& arguments,
                                                             const TerminalSetup& setup = {}) const;
    [[nodiscard]] std::unique_ptr<PseudoTerminal> onTerminal(const Arguments& arguments,
                                                             const Environment& environment,
                                                             const TerminalSetup& setup = {}) const;

    /// Returns the code and the URL that a login has shown on that screen.
    [[nodiscard]] static TestLink linkOn(const std::string& screen);

    [[nodiscard]] Environment clientEnvironment() const { return _service->clientEnvironment(); }

    void expectNoSecrets(const std::string& text) const;

    /// Asserts that there is no control character but line ends, and no text direction.
    static void expectPlain(const std::string& text);

    static void expectText(const std::string& text, const std::string& part);
    static void expectNoText(const std::string& text, const std::string& part);

    /// Asserts that a failure says what to do next, and prints nothing on stdout that a script could take for
    /// a result. Failed assignments print "false".
    static void expectFailure(int code, const Finished& finished, const std::string& output = {});

    /// Returns the account id, which is all that a login prints for scripts.
    [[nodiscard]] static std::string accountOf(const Finished& login);

    /// Links an account whose access token lives this many seconds.
    [[nodiscard]] HttpAnswer linkWithTokenOf(int seconds, const std::string& body = R"({"provider":"jira"})");

    /// Returns the path of a file in the home folder.
    [[nodiscard]] std::filesystem::path inHome(const std::string& path) const {
        return _service->folder() / path;
    }
    [[nodiscard]] std::filesystem::path settingsFile() const {
        return inHome(".config/central-oauth/cli.json");
    }
    [[nodiscard]] std::filesystem::path keptLink() const {
        return inHome(".config/central-oauth/login.json");
    }
    static void writeFile(const std::filesystem::path& file, const std::string& text);
    [[nodiscard]] static std::string contentOf(const std::filesystem::path& file);

    std::set<std::string> _secrets; ///< must never be printed, nor link secrets
};

} // namespace central_oauth::test
