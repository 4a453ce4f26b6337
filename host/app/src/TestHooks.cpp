// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/TestHooks.h"

#if defined(CENTRAL_OAUTH_TEST_HOOKS)
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <utility>
#endif

namespace central_oauth::app {

#if defined(CENTRAL_OAUTH_TEST_HOOKS)

namespace {

/// The system's clock plus what stands in a file, read at every look, so that a test moves the time of a
/// running process.
class MovableClock final : public base::Clock {
public:
    explicit MovableClock(std::string file) : _file(std::move(file)) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        long long offset = 0;
        std::ifstream(_file) >> offset;
        return std::chrono::system_clock::now() + std::chrono::seconds(offset);
    }

private:
    std::string _file;
};

// Words are separated by spaces, which patterns and names can't have.
void writeRoutes(const http::Router& router, const char* file) {
    std::ofstream text(file);
    for (const http::Route* route : router.routes()) {
        text << route->method << ' ' << route->pattern << (route->foreignQuery ? " *" : "");
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

// Of the kind that GET has there: a path has one kind for all its methods.
void addTestRoutes(http::Router& router) {
    if (const char* file = std::getenv("CENTRAL_OAUTH_TEST_ROUTES"))
        writeRoutes(router, file);
    if (std::getenv("CENTRAL_OAUTH_TEST_ECHO") == nullptr)
        return;
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
        router.add({method, "/", {}, http::RouteKind::page, [](const http::Request& request) {
                        http::Response response;
                        response.setBody("application/octet-stream", request.body());
                        return response;
                    }});
    }
}

#else

std::unique_ptr<base::Clock> makeClock() {
    return std::make_unique<base::SystemClock>();
}

void addTestRoutes(http::Router&) {}

#endif

} // namespace central_oauth::app
