// SPDX-License-Identifier: Apache-2.0
// The real daemon beside the upstream simulator, on loopback, in a folder of its own.
#pragma once

#include "ChildProcess.h"
#include "HttpExchange.h"
#include "ProgramsUnderTest.h"
#include "WebBrowser.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// A folder that the destructor removes.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

private:
    std::filesystem::path _path;
};

/// How the simulator speaks TLS.
struct SimulatorTls {
    std::string certificate; ///< PEM files
    std::string key;
    std::string version{};          ///< the only TLS version, such as "1.1"; empty: all
    std::string host = "127.0.0.1"; ///< host name in its URL
};

/// The double of Atlassian in its own process, over https where TLS is given.
class Simulator {
public:
    explicit Simulator(const std::optional<SimulatorTls>& tls = std::nullopt);

    [[nodiscard]] const std::string& url() const noexcept { return _url; }

    /// Calls the simulator's control API. `path` begins after "/_sim/".
    HttpAnswer control(const std::string& method, const std::string& path,
                       const std::string& body = {}) const;

    /// Returns how many requests of that grant type the token endpoint has received.
    [[nodiscard]] int tokenCalls(const std::string& grantType) const;

private:
    std::string _secret;
    std::unique_ptr<ChildProcess> _process;
    std::string _url;
};

/// The answer of POST /v1/link-code.
struct TestLink {
    std::string id;
    std::string code;
    std::string url;
    std::string secret;
};

/// The daemon, its settings, its database folder, and one registered client with all scopes.
///
/// `log()` keeps all output, across restarts.
class ServiceUnderTest {
public:
    /// Adds `settings` to the default environment before the first start; they override it.
    explicit ServiceUnderTest(const Simulator& simulator, const ChildProcess::Environment& settings = {});
    ~ServiceUnderTest();

    /// The daemon's environment; change it between stop and start.
    ChildProcess::Environment environment;

    void start();
    /// Sends SIGTERM and returns the exit code.
    int stop();
    /// Sends SIGKILL.
    void kill();

    /// Runs the daemon's executable with arguments until it ends, in the same environment.
    [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const;
    /// Runs the command-line client against this daemon with this client's key.
    [[nodiscard]] Finished runClient(const std::vector<std::string>& arguments) const;
    [[nodiscard]] ChildProcess::Environment clientEnvironment() const;

    /// Registers another client and returns its key. The daemon must be stopped.
    [[nodiscard]] std::string addClient(const std::string& name, const std::string& scopes = {});

    [[nodiscard]] const std::string& url() const noexcept { return _url; }
    [[nodiscard]] const std::string& key() const noexcept { return _key; }
    [[nodiscard]] std::filesystem::path database() const { return _folder.path() / "data" / "db.sqlite3"; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return _folder.path(); }
    [[nodiscard]] const ChildProcess& process() const { return *_process; }

    /// Moves the daemon's wall clock (needs a build with test hooks).
    void advanceClock(int seconds);
    /// Moves both of the daemon's clocks, as if that time passed.
    void passTime(int seconds);

    [[nodiscard]] HttpAnswer get(const std::string& path, const std::string& bearer) const;
    [[nodiscard]] HttpAnswer post(const std::string& path, const std::string& bearer,
                                  const std::string& body) const;
    [[nodiscard]] HttpAnswer remove(const std::string& path, const std::string& bearer) const;

    /// Creates a link with the client's key. Asserts 201.
    [[nodiscard]] TestLink createLink(const std::string& body = R"({"provider":"jira"})") const;
    [[nodiscard]] HttpAnswer poll(const TestLink& link) const {
        return get("/v1/poll/" + link.code, link.secret);
    }

    /// Opens the link and types the code. Returns the page that leads upstream.
    [[nodiscard]] WebPage approve(WebBrowser& browser, const TestLink& link) const;
    /// Goes upstream from that page and accepts or cancels there. Returns the last page that the person sees.
    [[nodiscard]] static WebPage consent(WebBrowser& browser, const WebPage& moving, bool accept = true);
    /// Opens and approves the link, and accepts upstream. Returns the address of the callback, which the
    /// browser does not follow.
    [[nodiscard]] std::string consentWithoutReturning(WebBrowser& browser, const TestLink& link) const;
    /// Creates a link, approves it, consents and polls once. Returns the token payload.
    [[nodiscard]] HttpAnswer linkAccount(const std::string& body = R"({"provider":"jira"})") const;

    /// Blocks until the running daemon prints a line that holds `text`.
    void waitForLog(const std::string& text) const { (void)_process->waitForLine(text); }

    /// Makes a request that is refused, waits until the running daemon has logged it, and returns the mark
    /// that the line has as its correlation_id. The daemon logs a request before it answers, but threads
    /// write and read the log: only then does `log` hold all lines of earlier requests.
    std::string markLog() const;

    /// Returns the log with all lines of earlier requests, for tests that a line or a text is absent.
    [[nodiscard]] std::string completeLog() const {
        static_cast<void>(markLog());
        return log();
    }

    /// Returns the output so far of all daemons of this object.
    [[nodiscard]] std::string log() const;

private:
    TemporaryFolder _folder;
    std::unique_ptr<ChildProcess> _process;
    std::string _earlierLog;
    std::string _url;
    std::string _key;
    void writeClock() const;
    int _clockOffset = 0;
    int _steadyOffset = 0;
};

} // namespace central_oauth::test
