// SPDX-License-Identifier: Apache-2.0
// Linux only: reads /proc.
#include "LoadedDaemon.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>

namespace central_oauth::test {

namespace {

std::string randomKey() {
    constexpr std::size_t digits = 64;
    std::random_device source;
    std::string text;
    while (text.size() < digits)
        text += "0123456789abcdef"[source() % 16];
    return text;
}

// Counts the entries of a folder of /proc, which change meanwhile.
std::size_t countOf(const std::filesystem::path& folder) {
    std::size_t count = 0;
    std::error_code gone;
    std::filesystem::directory_iterator entry(folder, gone);
    for (; !gone && entry != std::filesystem::directory_iterator(); entry.increment(gone))
        ++count;
    return count;
}

} // namespace

LoadedDaemon::LoadedDaemon(DaemonPlan plan) : _plan(std::move(plan)) {
    // No request of these tests goes upstream; a stray one fails at this closed port.
    const std::string nowhere = "http://127.0.0.1:9";
    _environment = {
        {"CENTRAL_OAUTH_DB_PATH", (_folder.path() / "data" / "db.sqlite3").string()},
        {"CENTRAL_OAUTH_SECRET_KEY", randomKey()},
        {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
        {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
        {"CENTRAL_OAUTH_PROVIDERS", "jira"},
        {"CENTRAL_OAUTH_LOCK_WAIT", "0"},
        {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "demo-client-id"},
        {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "demo-client-secret"},
        {"CENTRAL_OAUTH_JIRA_AUTH_BASE", nowhere},
        {"CENTRAL_OAUTH_JIRA_API_BASE", nowhere},
    };
    for (const auto& [name, value] : _plan.more)
        _environment[name] = value;
    (void)runDaemon({"client", "add", "load"});
    if (_plan.tls)
        makeCertificate();
}

std::string LoadedDaemon::runDaemon(const std::vector<std::string>& arguments) const {
    const auto finished = runToEnd(programPath("central-oauthd"), arguments, _environment);
    if (finished.exitCode != 0)
        throw std::runtime_error("central-oauthd " + arguments.front() + " failed: " + finished.errors);
    return finished.output;
}

void LoadedDaemon::makeCertificate() {
    const auto certificate = (_folder.path() / "certificate.pem").string();
    const auto key = (_folder.path() / "key.pem").string();
    const auto finished =
        runToEnd("/usr/bin/openssl",
                 {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                  "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                  "-keyout", key, "-out", certificate},
                 {});
    if (finished.exitCode != 0)
        throw std::runtime_error("openssl made no certificate: " + finished.errors);
    _environment["CENTRAL_OAUTH_TLS_CERT"] = certificate;
    _environment["CENTRAL_OAUTH_TLS_KEY"] = key;
}

std::vector<SeededLink> LoadedDaemon::seedLinks(std::size_t count) {
    const auto clients = runDaemon({"client", "list"});
    const auto seeded = runToEnd(programPath("bench-seed"),
                                 {"links", _environment.at("CENTRAL_OAUTH_DB_PATH"),
                                  clients.substr(0, clients.find('\t')), std::to_string(count)},
                                 _environment, std::chrono::seconds(300));
    if (seeded.exitCode != 0)
        throw std::runtime_error("seeding failed: " + seeded.errors);
    std::istringstream lines(seeded.output);
    std::vector<SeededLink> links;
    for (SeededLink link; lines >> link.code >> link.secret;)
        links.push_back(link);
    return links;
}

void LoadedDaemon::start() {
    const auto daemon = programPath("central-oauthd").string();
    _process = _plan.fileLimit == 0
                   ? std::make_unique<ChildProcess>(daemon, std::vector<std::string>{}, _environment)
                   : std::make_unique<ChildProcess>(
                         "/bin/sh",
                         std::vector<std::string>{"-c", R"(ulimit -n "$1" && exec "$0")", daemon,
                                                  std::to_string(_plan.fileLimit)},
                         _environment);
    const auto ready = Poco::JSON::Parser()
                           .parse(_process->waitForLine("\"message\":\"ready\""))
                           .extract<Poco::JSON::Object::Ptr>();
    _port = Poco::URI(ready->getValue<std::string>("url")).getPort();
}

ProcessUse LoadedDaemon::use() const {
    if (areWindowsPrograms())
        return {};
    const auto folder = std::filesystem::path("/proc") / std::to_string(_process->pid());
    ProcessUse use{countOf(folder / "fd"), countOf(folder / "task"), 0, true};
    std::ifstream status(folder / "status");
    for (std::string word; status >> word;) {
        if (word != "VmRSS:")
            continue;
        double kib = 0;
        status >> kib;
        constexpr double bytesPerKib = 1024;
        constexpr double bytesPerMb = 1e6;
        use.residentMb = kib * bytesPerKib / bytesPerMb;
        break;
    }
    return use;
}

} // namespace central_oauth::test
