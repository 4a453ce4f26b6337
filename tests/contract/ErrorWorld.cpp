// SPDX-License-Identifier: Apache-2.0
#include "ErrorWorld.h"

#include "../support/ApiWatch.h"
#include "../support/People.h"
#include "../support/RawConnection.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

#include <Poco/URI.h>

namespace central_oauth::test {

namespace fs = std::filesystem;

ErrorWorld::ErrorWorld() {
    fs::permissions(_plugins.path(), fs::perms(0755));
    for (const auto& library :
         {pluginFile("jira"), fixturePlugin("fixture-misbehaving"), fixturePlugin("fixture-revoking")}) {
        const auto copy = _plugins.path() / library.filename();
        fs::copy_file(library, copy);
        fs::permissions(copy, fs::perms(0644));
    }
    _simulator = std::make_unique<Simulator>();
    const std::string nowhere = "https://base.example";
    _service = std::make_unique<ServiceUnderTest>(
        *_simulator,
        ChildProcess::Environment{
            {"CENTRAL_OAUTH_PLUGIN_DIR", _plugins.path().string()},
            {"CENTRAL_OAUTH_PROVIDERS",
             "jira,throwing=fixture-misbehaving,denying=fixture-misbehaving,revoking=fixture-revoking"},
            {"CENTRAL_OAUTH_THROWING_BASE", nowhere},
            {"CENTRAL_OAUTH_THROWING_MODE", "throw-refresh"},
            {"CENTRAL_OAUTH_DENYING_BASE", nowhere},
            {"CENTRAL_OAUTH_DENYING_MODE", "deny-refresh"},
            {"CENTRAL_OAUTH_REVOKING_BASE", nowhere},
            // At most one of three workers waits for upstream.
            {"CENTRAL_OAUTH_WORKERS", "3"},
            {"CENTRAL_OAUTH_GRANT_MAX_AGE", "1d"},
            {"CENTRAL_OAUTH_TEST_KEEP_GRANTS", "50"},
        });
    (void)_service->stop();
    _key = add({"client", "add", "hasty", "--links-per-minute", "100000"});
    _readerKey = add({"client", "add", "reader", "--scopes", "accounts"});
    _service->start();
}

std::string ErrorWorld::add(const std::vector<std::string>& arguments) const {
    const auto added = _service->run(arguments);
    if (added.exitCode != 0)
        throw std::runtime_error("no client: " + added.errors);
    return added.output.substr(0, added.output.find('\n'));
}

HttpAnswer ErrorWorld::sendRaw(const std::string& method, const std::string& target,
                               const std::string& bytes) const {
    constexpr std::chrono::seconds patience{30};
    const auto& url = _service->url();
    RawConnection connection(RawPlace::plain(Poco::URI(url).getPort()));
    (void)connection.send(bytes);
    std::optional<HttpAnswer> answer;
    connection.receiveUntil(
        [&] { return answer || (answer = takeAnswer(connection.received())).has_value(); },
        RawConnection::Clock::now() + patience);
    if (!answer)
        throw std::runtime_error("no answer");
    checkApiAnswer({method, url + target}, *answer);
    return *answer;
}

std::string ErrorWorld::newPerson() {
    auto handle = "person-" + std::to_string(++_people);
    addPerson(*_simulator, handle);
    return handle;
}

TestLink ErrorWorld::newLink(const std::string& more) {
    const auto subject = "subject-" + std::to_string(++_people);
    const auto created =
        post("/v1/link-code", R"({"provider":"jira","subject":")" + subject + "\"" + more + "}");
    if (created.status != 201)
        throw std::runtime_error("no link: " + created.body);
    return linkIn(created);
}

ErrorWorld::LinkedAccount ErrorWorld::newAccount(const std::string& more) {
    return newAccountOf(newPerson(), more);
}

ErrorWorld::LinkedAccount ErrorWorld::newAccountOf(const std::string& person, const std::string& more) {
    const auto subject = "subject-" + std::to_string(++_people);
    const auto linked = linkAs(*_service, *_simulator, _key, person,
                               R"({"provider":"jira","subject":")" + subject + "\"" + more + "}");
    return {linked.text("account_id"), person, subject};
}

ErrorWorld::LinkedAccount ErrorWorld::fixtureAccount(const std::string& provider) {
    const auto subject = "subject-" + std::to_string(++_people);
    const auto created =
        post("/v1/link-code", R"({"provider":")" + provider + R"(","subject":")" + subject + "\"}");
    const auto link = linkIn(created);
    WebBrowser browser;
    const auto target = _service->approve(browser, link).refreshTarget();
    const auto state = target.substr(target.find("state=") + 6);
    (void)browser.open(_service->url() + "/callback/" + provider + "?code=c&state=" + state);
    return {poll(link).text("account_id"), "person-1", subject};
}

void ErrorWorld::clearFaults() const {
    _simulator->control("POST", "faults/release", "{}");
    _simulator->control("POST", "faults/clear", "{}");
}

HttpAnswer ErrorWorld::report(const LinkedAccount& account, int version, int status) const {
    return post("/v1/tokens/" + account.id + "/report", R"({"token_version":)" + std::to_string(version) +
                                                            R"(,"status":)" + std::to_string(status) + "}");
}

HttpAnswer ErrorWorld::whileUpstreamHangs(const std::function<HttpAnswer()>& call) {
    const auto waiting = newAccount();
    const auto hold = _simulator->control("POST", "faults", R"({"target":"me","kind":"hold"})").text("id");
    auto held = std::async(std::launch::async, [&] { return report(waiting, 1, 403); });
    _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
    auto answer = call();
    clearFaults();
    (void)held.get();
    return answer;
}

void ErrorWorld::awaitStore() const {
    constexpr std::chrono::milliseconds look{100};
    constexpr int looks = 200;
    for (int i = 0; i < looks && _service->get("/v1/readyz", {}).status != 200; ++i)
        std::this_thread::sleep_for(look);
}

void ErrorWorld::revokeGrants(const std::string& person) const {
    _simulator->control("POST", "revoke_grant", R"({"user":")" + person + "\"}");
}

void ErrorWorld::narrowGrant(const std::string& person, const std::string& scopes) const {
    _simulator->control("POST", "grants", R"({"user":")" + person + R"(","scopes":")" + scopes + "\"}");
}

void ErrorWorld::tamper(const std::string& statement) {
    (void)_service->stop();
    const auto finished = runToEnd("/usr/bin/sqlite3", {_service->database().string(), statement}, {});
    if (finished.exitCode != 0)
        throw std::runtime_error("not tampered with: " + finished.errors);
    _service->start();
}

} // namespace central_oauth::test
