// SPDX-License-Identifier: Apache-2.0
// atlassian-sim in its own process, called over real connections.
#pragma once

#include "support/Certificates.h"
#include "support/ChildProcess.h"
#include "support/RawConnection.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::simulator {

using End = test::RawConnection::End;

/// What a client saw of an answer.
struct Seen {
    std::string bytes;
    std::optional<test::HttpAnswer> answer; ///< if it came in full
    End end = End::open;
    std::chrono::milliseconds took{0};

    [[nodiscard]] int status() const { return answer ? answer->status : 0; }
    [[nodiscard]] std::string header(const std::string& name) const {
        return answer ? answer->header(name) : "";
    }
    [[nodiscard]] std::string text(const std::string& member) const { return answer->text(member); }
    [[nodiscard]] std::string body() const { return answer ? answer->body : ""; }
};

/// The simulator, its control routes and the calls that clients make. Each call has a connection of its own.
class HttpSim {
public:
    explicit HttpSim(const std::optional<test::CertificateFiles>& tls = std::nullopt,
                     const std::string& seed = "1") {
        std::vector<std::string> arguments{"--port", "0", "--control-secret", "s3", "--seed", seed};
        if (tls)
            arguments.insert(arguments.end(), {"--tls", tls->certificate, tls->key});
        _process = std::make_unique<test::ChildProcess>(test::programPath("atlassian-sim"), arguments,
                                                        test::ChildProcess::Environment{});
        const auto ready = parse(_process->waitForLine("\"ready\""));
        _port = portOf(ready->getValue<std::string>("url"));
        _controlPort = portOf(ready->getValue<std::string>("control_url"));
        _place = tls ? test::RawPlace::tls(_port, tls->certificate) : test::RawPlace::plain(_port);
    }

    /// How long a call waits after a full answer for the end of the connection.
    std::chrono::milliseconds settle{0};

    /// Asserts the status and returns the body.
    std::string control(const std::string& method, const std::string& path, const std::string& body = {},
                        int status = 200) const {
        const auto seen = callAt(test::RawPlace::plain(_controlPort), method, "/_sim/" + path,
                                 "X-Sim-Control: s3\r\n", body, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(path + ": " + seen.body().substr(0, 300), status, seen.status());
        return seen.body();
    }

    /// Adds a fault and returns its id.
    std::string fault(const std::string& body) const {
        return parse(control("POST", "faults", body))->getValue<std::string>("id");
    }
    void options(const std::string& body) const { control("POST", "options", body); }
    void pass(int seconds) const {
        control("POST", "clock", R"({"advance_s":)" + std::to_string(seconds) + "}");
    }

    /// Returns the refresh token of a new grant; a user without a record gets one.
    std::string grant(const std::string& user = "ada") const {
        control("POST", "users", R"({"handle":")" + user + "\"}");
        return parse(control("POST", "grants",
                             R"({"user":")" + user + R"(","scopes":"read:me offline_access","issue":true})"))
            ->getValue<std::string>("refresh_token");
    }

    /// Returns the counts of `GET /_sim/refreshes` with that query, without the leading question mark.
    Poco::JSON::Object::Ptr refreshes(const std::string& query = {}) const {
        return parse(control("GET", "refreshes?" + query));
    }
    /// Returns one count of all families of a user.
    int count(const std::string& name, const std::string& user = "ada") const {
        return refreshes("user=" + user)->getObject("total")->getValue<int>(name);
    }

    Seen call(const std::string& method, const std::string& path, const std::string& header = {},
              const std::string& body = {}) const {
        return callAt(_place, method, path, header, body, settle);
    }
    Seen refresh(const std::string& token, const std::string& secret = "demo-client-secret") const {
        return call("POST", "/oauth/token", "",
                    R"({"grant_type":"refresh_token","client_id":"demo-client-id","client_secret":")" +
                        secret + R"(","refresh_token":")" + token + "\"}");
    }
    Seen me(const std::string& accessToken) const {
        return call("GET", "/me", "Authorization: Bearer " + accessToken + "\r\n");
    }
    /// Returns "STATUS error: description" of a refresh.
    std::string refusal(const std::string& token, const std::string& secret = "demo-client-secret") const {
        const auto seen = refresh(token, secret);
        return std::to_string(seen.status()) + ' ' + seen.text("error") + ": " +
               seen.text("error_description");
    }

    static Poco::JSON::Object::Ptr parse(const std::string& text) {
        return Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
    }
    [[nodiscard]] const test::RawPlace& place() const noexcept { return _place; }

private:
    static std::uint16_t portOf(const std::string& url) {
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    static Seen callAt(const test::RawPlace& place, const std::string& method, const std::string& path,
                       const std::string& header, const std::string& body, std::chrono::milliseconds settle) {
        using Clock = test::RawConnection::Clock;
        const auto start = Clock::now();
        test::RawConnection connection(place);
        connection.send(method + ' ' + path + " HTTP/1.1\r\nHost: sim\r\n" + header +
                        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body);
        Seen seen;
        const auto complete = [&seen, &connection] {
            seen.bytes = connection.received();
            std::string copy = seen.bytes;
            seen.answer = test::takeAnswer(copy);
            return seen.answer.has_value();
        };
        if (connection.receiveUntil(complete, start + std::chrono::seconds(30)))
            connection.receiveUntil([] { return false; }, Clock::now() + settle);
        seen.end = connection.end();
        seen.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
        return seen;
    }

    std::unique_ptr<test::ChildProcess> _process;
    std::uint16_t _port = 0;
    std::uint16_t _controlPort = 0;
    test::RawPlace _place;
};

} // namespace central_oauth::simulator
