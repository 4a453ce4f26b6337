// SPDX-License-Identifier: Apache-2.0
// The real daemon with the upstream simulator beside it, on loopback, in a folder of its own.
#pragma once

#include "ChildProcess.h"
#include "HttpExchange.h"
#include "WebBrowser.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// A folder that is gone with the object.
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
    std::string version{};          ///< the only one, such as "1.1"; empty: all
    std::string host = "127.0.0.1"; ///< what its URL calls it
};

/// The double of Atlassian in its own process, over https where TLS is given.
class Simulator {
public:
    explicit Simulator(const std::optional<SimulatorTls>& tls = std::nullopt);

    [[nodiscard]] const std::string& url() const noexcept { return _url; }

    /// A call of its control API. `path` begins after "/_sim/".
    HttpAnswer control(const std::string& method, const std::string& path,
                       const std::string& body = {}) const;

    /// How many requests of that grant type the token endpoint has seen.
    [[nodiscard]] int tokenCalls(const std::string& grantType) const;

private:
    std::string _secret;
    std::unique_ptr<ChildProcess> _process;
    std::string _url;
};

/// What POST /v1/link-code gave.
struct TestLink {
    std::string id;
    std::string code;
    std::string url;
    std::string secret;
};

/// The daemon, its settings, its database folder, and one registered client with all scopes.
///
/// Everything it ever prints is kept in `log()`, across restarts.
class ServiceUnderTest {
public:
    /// `settings` are added to the environment, or replace it, before the first start.
    explicit ServiceUnderTest(const Simulator& simulator, const ChildProcess::Environment& settings = {});
    ~ServiceUnderTest();

    /// The daemon's environment; change it between stop and start.
    ChildProcess::Environment environment;

    void start();
    /// SIGTERM; the exit code.
    int stop();
    /// SIGKILL.
    void kill();

    /// Runs the daemon's executable with arguments to its end, in the same environment.
    [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const;
    /// Runs the command-line client against this daemon with this client's key.
    [[nodiscard]] Finished runClient(const std::vector<std::string>& arguments) const;
    [[nodiscard]] ChildProcess::Environment clientEnvironment() const;

    /// Registers another client while the daemon is stopped; its key.
    [[nodiscard]] std::string addClient(const std::string& name, const std::string& scopes = {});

    [[nodiscard]] const std::string& url() const noexcept { return _url; }
    [[nodiscard]] const std::string& key() const noexcept { return _key; }
    [[nodiscard]] std::filesystem::path database() const { return _folder.path() / "data" / "db.sqlite3"; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return _folder.path(); }
    [[nodiscard]] const ChildProcess& process() const { return *_process; }

    /// Moves the daemon's clock (needs a build with test hooks).
    void advanceClock(int seconds);
    /// Lets that time pass on both of its clocks.
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

    /// Opens the link, types the code; the page that leads upstream.
    [[nodiscard]] WebPage approve(WebBrowser& browser, const TestLink& link) const;
    /// Goes upstream from that page and accepts or cancels there; the page the person ends on.
    [[nodiscard]] static WebPage consent(WebBrowser& browser, const WebPage& moving, bool accept = true);
    /// All of it: link, approval, consent, first poll; the token payload.
    [[nodiscard]] HttpAnswer linkAccount(const std::string& body = R"({"provider":"jira"})") const;

    /// Waits until the present daemon prints a line that holds `text`.
    void waitForLog(const std::string& text) const { (void)_process->waitForLine(text); }

    /// Everything printed so far by all daemons of this object.
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

/// Where the programs under test are.
[[nodiscard]] std::filesystem::path programPath(const std::string& name);
[[nodiscard]] std::filesystem::path pluginFolder();

} // namespace central_oauth::test
