// SPDX-License-Identifier: Apache-2.0
#include "ServiceUnderTest.h"

#include "ApiWatch.h"

#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <stdexcept>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::test {

namespace {

std::string randomHex(std::size_t digits) {
    static std::mt19937_64 generator{std::random_device{}()};
    std::string text;
    while (text.size() < digits)
        text += "0123456789abcdef"[generator() % 16];
    return text;
}

Poco::JSON::Object::Ptr parse(const std::string& line) {
    return Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
}

} // namespace

TemporaryFolder::TemporaryFolder()
    : _path(std::filesystem::temp_directory_path() / ("central-oauth-test-" + randomHex(16))) {
    std::filesystem::create_directories(_path);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(_path, ignored);
}

Simulator::Simulator(const std::optional<SimulatorTls>& tls) : _secret(randomHex(32)) {
    std::vector<std::string> arguments{"--port", "0", "--control-secret", _secret};
    if (tls)
        arguments.insert(arguments.end(), {"--tls", tls->certificate, tls->key});
    if (tls && !tls->version.empty())
        arguments.insert(arguments.end(), {"--tls-version", tls->version});
    _process =
        std::make_unique<ChildProcess>(programPath("atlassian-sim"), arguments, ChildProcess::Environment{});
    _url = parse(_process->waitForLine("\"ready\""))->getValue<std::string>("url");
    if (tls)
        _url = "https://" + tls->host + _url.substr(_url.rfind(':'));
}

HttpAnswer Simulator::control(const std::string& method, const std::string& path,
                              const std::string& body) const {
    auto answer = exchange({method,
                            _url + "/_sim/" + path,
                            {{"X-Sim-Control", _secret}, {"Content-Type", "application/json"}},
                            body});
    if (answer.status >= 300)
        throw std::runtime_error("simulator refused " + path + ": " + answer.body);
    return answer;
}

int Simulator::tokenCalls(const std::string& grantType) const {
    const auto counters = control("GET", "counters").json();
    const auto byGrant = counters->getObject("grant_types");
    if (byGrant.isNull() || !byGrant->has(grantType))
        return 0;
    return byGrant->getObject(grantType)->getValue<int>("requests");
}

ServiceUnderTest::ServiceUnderTest(const Simulator& simulator, const ChildProcess::Environment& settings) {
    environment = {
        {"CENTRAL_OAUTH_DB_PATH", database().string()},
        {"CENTRAL_OAUTH_SECRET_KEY", randomHex(64)},
        {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
        {"CENTRAL_OAUTH_LOG_LEVEL", "DEBUG"},
        {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
        {"CENTRAL_OAUTH_PROVIDERS", "jira"},
        {"CENTRAL_OAUTH_LOCK_WAIT", "0"},
        {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "demo-client-id"},
        {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "demo-client-secret"},
        {"CENTRAL_OAUTH_JIRA_AUTH_BASE", simulator.url()},
        {"CENTRAL_OAUTH_JIRA_API_BASE", simulator.url()},
        {"CENTRAL_OAUTH_TEST_CLOCK", (_folder.path() / "clock").string()},
        // A test that moves the clock decides itself who refreshes.
        {"CENTRAL_OAUTH_TEST_KEEP_GRANTS", "3600000"},
    };
    for (const auto& [name, value] : settings)
        environment[name] = value;
    _key = addClient("test client");
    start();
}

ServiceUnderTest::~ServiceUnderTest() {
    unwatchApi(_url);
}

void ServiceUnderTest::start() {
    _process = std::make_unique<ChildProcess>(programPath("central-oauthd"), std::vector<std::string>{},
                                              environment);
    _url = parse(_process->waitForLine("\"message\":\"ready\""))->getValue<std::string>("url");
    watchApi(_url);
}

int ServiceUnderTest::stop() {
    unwatchApi(_url);
    _process->signal(SIGTERM);
    const int code = _process->wait();
    _earlierLog += _process->standardOutput() + _process->standardError();
    _process.reset();
    return code;
}

void ServiceUnderTest::kill() {
    unwatchApi(_url);
    _process->signal(SIGKILL);
    (void)_process->wait();
    _earlierLog += _process->standardOutput() + _process->standardError();
    _process.reset();
}

Finished ServiceUnderTest::run(const std::vector<std::string>& arguments) const {
    return runToEnd(programPath("central-oauthd"), arguments, environment);
}

ChildProcess::Environment ServiceUnderTest::clientEnvironment() const {
    return {
        {"CENTRAL_OAUTH_URL", _url}, {"CENTRAL_OAUTH_CLIENT_KEY", _key}, {"HOME", _folder.path().string()}};
}

Finished ServiceUnderTest::runClient(const std::vector<std::string>& arguments) const {
    return runToEnd(programPath("central-oauth"), arguments, clientEnvironment());
}

std::string ServiceUnderTest::addClient(const std::string& name, const std::string& scopes) {
    std::vector<std::string> arguments{"client", "add", name};
    if (!scopes.empty())
        arguments.insert(arguments.end(), {"--scopes", scopes});
    const auto finished = run(arguments);
    _earlierLog += finished.errors;
    if (finished.exitCode != 0)
        throw std::runtime_error("client add failed: " + finished.errors);
    return finished.output.substr(0, finished.output.find('\n'));
}

void ServiceUnderTest::advanceClock(int seconds) {
    _clockOffset += seconds;
    writeClock();
}

void ServiceUnderTest::passTime(int seconds) {
    _steadyOffset += seconds;
    advanceClock(seconds);
}

void ServiceUnderTest::writeClock() const {
    // Renamed into place, so that the daemon never reads half a number.
    const auto file = _folder.path() / "clock";
    std::ofstream(file.string() + ".new") << _clockOffset << ' ' << _steadyOffset << '\n';
    std::filesystem::rename(file.string() + ".new", file);
}

HttpAnswer ServiceUnderTest::get(const std::string& path, const std::string& bearer) const {
    return callApi("GET", _url + path, bearer);
}

HttpAnswer ServiceUnderTest::post(const std::string& path, const std::string& bearer,
                                  const std::string& body) const {
    return callApi("POST", _url + path, bearer, body);
}

HttpAnswer ServiceUnderTest::remove(const std::string& path, const std::string& bearer) const {
    return callApi("DELETE", _url + path, bearer);
}

TestLink ServiceUnderTest::createLink(const std::string& body) const {
    const auto answer = post("/v1/link-code", _key, body);
    if (answer.status != 201)
        throw std::runtime_error("no link: " + answer.body);
    return {answer.text("link_id"), answer.text("link_code"), answer.text("verification_url"),
            answer.text("link_secret")};
}

WebPage ServiceUnderTest::approve(WebBrowser& browser, const TestLink& link) const {
    const auto page = browser.open(link.url);
    return browser.post(page.url, _url,
                        {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", link.code}});
}

WebPage ServiceUnderTest::consent(WebBrowser& browser, const WebPage& moving, bool accept) {
    const auto page = browser.open(moving.refreshTarget());
    const auto upstream = WebBrowser::originOf(page.url);
    return browser.post(
        upstream + "/consent", upstream,
        {{"consent_id", page.inputValue("consent_id")}, {"decision", accept ? "accept" : "cancel"}});
}

std::string ServiceUnderTest::consentWithoutReturning(WebBrowser& browser, const TestLink& link) const {
    const auto consent = browser.open(approve(browser, link).refreshTarget());
    const auto answer = browser.request(
        "POST", WebBrowser::originOf(consent.url) + "/consent",
        {{"Content-Type", "application/x-www-form-urlencoded"}},
        WebBrowser::formEncode({{"consent_id", consent.inputValue("consent_id")}, {"decision", "accept"}}));
    return answer.header("Location");
}

HttpAnswer ServiceUnderTest::linkAccount(const std::string& body) const {
    const auto link = createLink(body);
    WebBrowser browser;
    const auto done = consent(browser, approve(browser, link));
    if (done.status != 200)
        throw std::runtime_error("linking ended with status " + std::to_string(done.status) + " at " +
                                 done.url);
    return poll(link);
}

std::string ServiceUnderTest::markLog() const {
    static std::atomic<int> marks{0};
    const auto mark = "end-of-lines-" + std::to_string(++marks);
    static_cast<void>(exchange({"GET", url() + "/v1/accounts", {{"X-Correlation-ID", mark}}}));
    waitForLog(mark);
    return mark;
}

std::string ServiceUnderTest::log() const {
    return _process ? _earlierLog + _process->standardOutput() + _process->standardError() : _earlierLog;
}

} // namespace central_oauth::test
