// SPDX-License-Identifier: Apache-2.0
// A dispatcher with one handler behind some routes, without a socket.
#pragma once

#include "TextChecks.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/Errors.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Poco/Exception.h>

namespace central_oauth::http::test {

using base::Error;
using base::ErrorCode;
using Fields = std::initializer_list<std::pair<std::string, std::string>>;

inline Response page(const Error& error, int status, const std::string& requestId) {
    return Response::html(status, "<p>" + std::string(base::nameOf(error.code())) + ' ' + requestId);
}

class DispatcherFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _lines.str("");
        _logger.setMinimum(logging::LogLevel::info);
        _options = {};
        _options.makeRequestId = [] { return std::string("generated-1"); };
        _options.renderErrorPage = page;
        _handler = [](const Request& request) { return Response::json(200, request.method()); };
    }

protected:
    Router routes() const {
        Router router;
        router.add({"GET", "/v1/things/:id", {"wait"}, RouteKind::api, _handler});
        router.add({"POST", "/v1/things/:id", {"wait"}, RouteKind::api, _handler});
        router.add({"GET", "/v1/throws", {}, RouteKind::api, [](const Request&) -> Response {
                        throw std::runtime_error("x");
                    }});
        router.add({"GET", "/v1/healthz", {}, RouteKind::api, _handler, false, true});
        router.add({"GET", "/page/:id", {}, RouteKind::page, _handler});
        router.add({"GET", "/callback/:provider", {"state", "code"}, RouteKind::page, _handler, true});
        router.add({"GET", "/style.css", {}, RouteKind::asset, _handler});
        return router;
    }

    Response ask(const std::string& method, const std::string& target, Fields fields = {},
                 const std::string& body = {}) {
        const Dispatcher dispatcher(routes(), _options, _logger.channel("central_oauth.http"));
        RequestHead head{method, target, {}, "192.0.2.7"};
        head.headers.add("Host", _host);
        for (const auto& [name, value] : fields)
            head.headers.add(name, value);
        head.resumed = _resumed;
        return dispatcher.answer(head, body);
    }

    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
    DispatcherOptions _options;
    bool _resumed = false;
    Handler _handler;
    std::string _host = "service.example";
};

} // namespace central_oauth::http::test
