// SPDX-License-Identifier: Apache-2.0
// Runs an exchange on a thread of its own, which the caller can abandon.
#include "central_oauth/cli/InterruptibleHttpClient.h"

#include "central_oauth/cli/Failure.h"

#include <exception>
#include <thread>

namespace central_oauth::cli {

namespace {

// The other client keeps the deadline itself, except in the name lookup, which can hang. Its own error says
// more, so the wait is a little longer.
constexpr std::chrono::milliseconds grace{100};

struct Exchange {
    provider::HttpRequest request;
    provider::HttpResponse response;
    std::exception_ptr error;
    bool done = false; ///< guarded by the stop request's mutex
};

provider::HttpRequest copyOf(const provider::HttpRequest& request) {
    provider::HttpRequest copy;
    copy.method = request.method;
    copy.url = request.url;
    copy.headers = request.headers;
    copy.bearer = request.bearer.clone();
    copy.body = request.body.clone();
    copy.deadline = request.deadline;
    return copy;
}

} // namespace

provider::HttpResponse InterruptibleHttpClient::send(const provider::HttpRequest& request) const {
    const auto exchange = std::make_shared<Exchange>();
    exchange->request = copyOf(request);
    std::thread thread([exchange, inner = _inner, stop = _stop] {
        try {
            exchange->response = inner->send(exchange->request);
        } catch (...) {
            exchange->error = std::current_exception();
        }
        stop->wake([&] { exchange->done = true; });
    });
    bool done = false;
    const auto seen = [&] { return done = exchange->done; };
    const bool stopped = !_stop->waitUntil(request.deadline + grace, seen);
    if (done) {
        thread.join(); // the program may end next, and must not find OpenSSL in use
    } else {
        thread.detach();
        _stop->leaveBehind();
    }
    if (stopped)
        throw Interrupted();
    if (!done)
        throw provider::HttpError(provider::HttpFailure::outcomeUnknown, "no answer in time");
    if (exchange->error)
        std::rethrow_exception(exchange->error);
    return std::move(exchange->response);
}

} // namespace central_oauth::cli
