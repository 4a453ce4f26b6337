// SPDX-License-Identifier: Apache-2.0
// The hooks themselves; NoTestHooks.cpp is what an operator installs.
#include "central_oauth/app/TestHooks.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace central_oauth::app {

namespace {

/// The system's clocks plus the offsets in a file, which is read at each call, so that a test moves the time
/// of a running process: seconds for the wall clock, then optionally for the steady one.
class MovableClock final : public base::Clock {
public:
    explicit MovableClock(std::string file) : _file(std::move(file)) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::now() + offsets().wall;
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::now() + offsets().steady;
    }

private:
    struct Offsets {
        std::chrono::seconds wall{0};
        std::chrono::seconds steady{0};
    };

    [[nodiscard]] Offsets offsets() const {
        long long wall = 0;
        long long steady = 0;
        std::ifstream file(_file);
        file >> wall;
        if (!(file >> steady))
            steady = 0;
        return {std::chrono::seconds(wall), std::chrono::seconds(steady)};
    }

    std::string _file;
};

// Words are separated by spaces, which patterns and names can't have.
void writeRoutes(const http::Router& router, const char* file) {
    std::ofstream text(file);
    for (const http::Route* route : router.routes()) {
        text << route->method << ' ' << route->pattern << (route->foreignQuery ? " *" : "");
        if (!route->foreignQuery)
            for (const auto& name : route->query)
                text << ' ' << name;
        text << '\n';
    }
}

} // namespace

std::unique_ptr<base::Clock> makeClock() {
    if (const char* file = std::getenv("CENTRAL_OAUTH_TEST_CLOCK"))
        return std::make_unique<MovableClock>(file);
    return std::make_unique<base::SystemClock>();
}

// These routes have the kind of GET /, because a path has one kind for all its methods.
void addTestRoutes(http::Router& router) {
    if (const char* file = std::getenv("CENTRAL_OAUTH_TEST_ROUTES"))
        writeRoutes(router, file);
    if (std::getenv("CENTRAL_OAUTH_TEST_ECHO") == nullptr)
        return;
    for (const char* method : {"POST", "PUT", "PATCH"}) {
        router.add({method, "/", {}, http::RouteKind::page, [](const http::Request& request) {
                        http::Response response;
                        response.setBody("application/octet-stream", request.body());
                        return response;
                    }});
    }
}

std::function<void(const domain::Committed&, bool isDurable)> commitHook() {
    const char* const variable = std::getenv("CENTRAL_OAUTH_TEST_KILL");
    if (variable == nullptr)
        return {};
    return [path = std::string(variable)](const domain::Committed& changes, bool isDurable) {
        std::ifstream file(path);
        std::string when;
        std::string action;
        file >> when >> action;
        const bool isIt =
            action == "*" || std::any_of(changes.entries.begin(), changes.entries.end(),
                                         [&](const auto& entry) { return entry.action == action; });
        if (isIt && when == (isDurable ? "after" : "before"))
            std::_Exit(EXIT_FAILURE);
    };
}

bool keepsRefreshJournal() {
    return std::getenv("CENTRAL_OAUTH_TEST_NO_JOURNAL") == nullptr;
}

std::chrono::milliseconds grantKeepingInterval() {
    const char* const variable = std::getenv("CENTRAL_OAUTH_TEST_KEEP_GRANTS");
    return variable == nullptr ? grantsKeptEvery : std::chrono::milliseconds(std::atoi(variable));
}

bool hasTestHooks() noexcept {
    return true;
}

} // namespace central_oauth::app
