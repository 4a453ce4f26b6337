// SPDX-License-Identifier: Apache-2.0
// Doubles of the services that the host lends to a provider.
#pragma once

#include "central_oauth/provider/Services.h"

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::test {

/// Gives the scripted answers in their order, and records the requests. Throws HttpError(notSent) if no
/// answer is left. Not thread-safe.
class ScriptedHttp final : public provider::HttpClient {
public:
    provider::HttpResponse send(const provider::HttpRequest& request) const override {
        const std::string bearer(request.bearer.reveal());
        const std::string body(request.body.reveal());
        requests.push_back(request.method + " " + request.url + " " + bearer + " " + body);
        bodies.push_back(body);
        headers = request.headers;
        if (answers.empty())
            throw provider::HttpError(provider::HttpFailure::notSent, "nothing scripted");
        provider::HttpResponse response;
        response.status = answers.front().first;
        response.body = provider::Secret(answers.front().second);
        answers.pop_front();
        return response;
    }

    mutable std::deque<std::pair<int, std::string>> answers;          ///< status and body
    mutable std::vector<std::string> requests;                        ///< "METHOD url bearer body"
    mutable std::vector<std::string> bodies;                          ///< of the requests
    mutable std::vector<std::pair<std::string, std::string>> headers; ///< of the last request
};

/// Drops every line.
class SilentLog final : public provider::Log {
public:
    void write(provider::LogLevel, std::string_view,
               const std::vector<provider::LogField>&) noexcept override {}
};

/// Always returns the same time.
class FixedClock final : public provider::Clock {
public:
    explicit FixedClock(std::chrono::system_clock::time_point time = {}) : _time(time) {}
    std::chrono::system_clock::time_point now() const override { return _time; }

private:
    std::chrono::system_clock::time_point _time;
};

} // namespace central_oauth::test
