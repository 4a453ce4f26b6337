// SPDX-License-Identifier: Apache-2.0
// A server that answers from a script, a clock that jumps, and a run of the program with both.
#pragma once

#include "central_oauth/cli/CommandRunner.h"
#include "central_oauth/cli/Failure.h"

#include <cppunit/TestAssert.h>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::cli::test {

inline const std::string clientKey = "cok_" + std::string(20, 'k') + std::string(40, '7');
inline const std::string linkSecret = "cos_" + std::string(60, 's');
inline const std::string accessToken = "access.token-of_the~test";

/// A request as it was sent, with its secrets revealed.
struct SentRequest {
    std::string method;
    std::string url;
    std::string bearer;
    std::string body;
    std::chrono::steady_clock::time_point deadline;
    std::vector<std::pair<std::string, std::string>> headers;

    /// Returns the value of a header, or nullopt if it was not sent.
    [[nodiscard]] std::optional<std::string> header(const std::string& name) const {
        for (const auto& [sentName, value] : headers)
            if (sentName == name)
                return value;
        return std::nullopt;
    }
};

/// Answers each request with the next step of its script and records it. An exhausted script fails the test.
class ScriptedHttpClient final : public provider::HttpClient {
public:
    using Step = std::function<provider::HttpResponse()>;

    void answer(int status, const std::string& body, std::map<std::string, std::string> headers = {}) {
        _steps.push_back([=] { return provider::HttpResponse{status, headers, provider::Secret(body)}; });
    }

    void fail(provider::HttpFailure failure, const std::string& detail = "127.0.0.1: Connection refused") {
        _steps.push_back([=]() -> provider::HttpResponse { throw provider::HttpError(failure, detail); });
    }

    void step(Step step) { _steps.push_back(std::move(step)); }

    [[nodiscard]] provider::HttpResponse send(const provider::HttpRequest& request) const override {
        sent.push_back({request.method, request.url, std::string(request.bearer.reveal()),
                        std::string(request.body.reveal()), request.deadline, request.headers});
        CPPUNIT_ASSERT_MESSAGE("unexpected request: " + request.method + " " + request.url, !_steps.empty());
        const Step step = _steps.front();
        _steps.pop_front();
        return step();
    }

    [[nodiscard]] std::size_t stepsLeft() const { return _steps.size(); }

    mutable std::vector<SentRequest> sent;

private:
    mutable std::deque<Step> _steps;
};

/// Advances the clock at once and records by how much.
class JumpingWaiter final : public Waiter {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return _now; }

    void wait(std::chrono::milliseconds duration) override {
        if (waits.size() + 1 == interruptedWait)
            throw Interrupted();
        waits.push_back(duration);
        _now += duration;
    }

    /// Returns the waits in whole seconds, as "5 5 10".
    [[nodiscard]] std::string seconds() const {
        std::string text;
        for (const auto wait : waits)
            text += (text.empty() ? "" : " ") +
                    std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait).count());
        return text;
    }

    std::vector<std::chrono::milliseconds> waits;
    std::size_t interruptedWait = 0; ///< counted from 1; 0: none

private:
    std::chrono::steady_clock::time_point _now{std::chrono::hours(1000)};
};

/// The wall clock beside the waiter: it advances with it, and can be set ahead.
class JumpingClock final : public provider::Clock {
public:
    explicit JumpingClock(const JumpingWaiter& waiter) : _waiter(waiter), _start(waiter.now()) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        constexpr std::chrono::sys_days day = std::chrono::year(2026) / 11 / 24;
        return day + std::chrono::duration_cast<std::chrono::seconds>(_waiter.now() - _start) + ahead;
    }

    std::chrono::seconds ahead{0};

private:
    const JumpingWaiter& _waiter;
    std::chrono::steady_clock::time_point _start;
};

/// One run of the program and its output.
class ProgramRun {
public:
    ProgramRun() { variables["CENTRAL_OAUTH_CLIENT_KEY"] = clientKey; }

    /// Runs the program and checks the rules of every run: it shows no secret and uses up the script.
    int run(const std::vector<std::string>& arguments) {
        std::ostringstream outputStream;
        std::ostringstream messageStream;
        Terminal terminal(outputStream, messageStream, traits, [this](bool hidden, const auto& ready) {
            ready();
            return nextLine(hidden);
        });
        CommandRunner runner(terminal, waiter, clock, surroundings());
        const int code = static_cast<int>(runner.run(arguments));
        output = outputStream.str();
        messages = messageStream.str();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, http.stepsLeft());
        for (const std::string& secret : {clientKey, linkSecret})
            CPPUNIT_ASSERT_MESSAGE("a secret is shown",
                                   (output + messages).find(secret) == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("the token is in a message", messages.find(accessToken) == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("an escape code is written",
                               traits.coloured || (output + messages).find('\x1b') == std::string::npos);
        return code;
    }

    [[nodiscard]] bool says(const std::string& text) const {
        return messages.find(text) != std::string::npos;
    }

    ScriptedHttpClient http;
    JumpingWaiter waiter;
    JumpingClock clock{waiter};
    std::map<std::string, std::string> variables;
    Terminal::Traits traits;
    std::deque<std::string> input;       ///< lines typed or read from a pipe
    std::size_t hiddenLines = 0;         ///< number of lines read without echo
    std::vector<ProgramCommand> started; ///< the started programs
    bool canStart = true;
    int connections = 0;
    std::string caFile; ///< from the last connection's settings
    std::string output;
    std::string messages;

private:
    std::optional<std::string> nextLine(bool hidden) {
        hiddenLines += hidden ? 1 : 0;
        if (input.empty())
            return std::nullopt;
        std::string line = input.front();
        input.pop_front();
        return line;
    }

    Surroundings surroundings() {
        return {[this](const std::string& name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    return found == variables.end() ? std::nullopt : std::optional(found->second);
                },
                [this](const ClientSettings& settings) {
                    ++connections;
                    caFile = settings.caFile;
                    return std::shared_ptr<const provider::HttpClient>(&http,
                                                                       [](const provider::HttpClient*) {});
                },
                [this](const ProgramCommand& command) {
                    started.push_back(command);
                    return canStart;
                }};
    }
};

inline std::string errorBody(const std::string& error, const std::string& more = {}) {
    return R"({"error":")" + error + R"(","error_description":"Described.","request_id":"req-1")" +
           (more.empty() ? "" : "," + more) + "}";
}

inline std::string linkBody(int expiresIn = 600, int interval = 5) {
    return R"({"link_id":"lnk_1","link_code":"482913706154","link_code_display":"4829-1370-6154",)"
           R"("verification_url":"http://127.0.0.1:8080/link/aaaabbbbccccddddeeee22","link_secret":")" +
           linkSecret + R"(","poll_url":"http://elsewhere.example/v1/poll/1","expires_in":)" +
           std::to_string(expiresIn) + R"(,"interval":)" + std::to_string(interval) + "}";
}

inline std::string tokenBody(const std::string& displayName = "Mia Krystof") {
    return R"({"account_id":"acc_1","provider":"jira","subject":null,"upstream":{"id":"u-1","display_name":")" +
           displayName + R"(","email":"mia@example.com"},"access_token":")" + accessToken +
           R"(","token_type":"Bearer","expires_in":3540,"valid_until":"2026-11-24T06:44:17Z","token_version":1,)"
           R"("scope":"read:jira-work  write:jira-work offline_access",)"
           R"("site":{"cloud_id":"c-1","name":"Acme","url":"https://acme.example"},)"
           R"("products":{"jira":{"api_base_url":"https://api.example/ex/jira/c-1"}},"sites":[{"cloud_id":"c-1"}]})";
}

inline std::string accountItem(const std::string& id, const std::string& more = {}) {
    return R"({"account_id":")" + id +
           R"(","provider":"jira","subject":null,"upstream":{"id":"u-1","display_name":"Mia"},)"
           R"("status":"active","scope":"a b","site":{"cloud_id":"c-1","name":"Acme","url":"https://acme.example"},)"
           R"("sites":[{"cloud_id":"c-1"}],"linked_at":"2026-11-24T05:44:17Z","last_refresh_at":null)" +
           (more.empty() ? "" : "," + more) + "}";
}

inline std::string accountsBody(const std::string& items, const std::string& cursor = "null") {
    return R"({"items":[)" + items + R"(],"next_cursor":)" + cursor + "}";
}

} // namespace central_oauth::cli::test
