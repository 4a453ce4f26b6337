// SPDX-License-Identifier: Apache-2.0
// From a complete request to its answer.
//
// Poco's HTTP server is not used: it would parse again what the guard has parsed, and its version 1.11 loses
// the rest of a head after a line of 4,094 bytes.
#include "Worker.h"

#include "AnswerText.h"
#include "GuardedText.h"
#include "Readiness.h"

#include <chrono>
#include <exception>
#include <utility>

namespace central_oauth::http {

namespace {

using Need = Connection::Need;

// How long a worker waits for a further request on the connection that it owns.
constexpr std::chrono::milliseconds moment{5};

} // namespace

void Worker::run() const {
    while (auto connection = _reactor.next())
        serve(std::move(connection));
}

// Answers a connection's request and those that follow at once. While workers are idle, a busy peer stays on
// the same thread.
void Worker::serve(Reactor::Owned connection) const {
    auto need = Need::end;
    do {
        try {
            need = answer(*connection) ? finish(*connection) : Need::end;
        } catch (const std::exception&) {
            need = Need::end; // out of memory
        }
    } while (need == Need::worker && !connection->resumed() && _reactor.maySpareWorker());
    _reactor.release(std::move(connection), need);
}

// Returns whether the connection continues.
bool Worker::answer(Connection& connection) const noexcept {
    const RequestsInFlight::Guard counted(_requests);
    // It arrived after the last answer; the dispatcher may be gone.
    if (!counted.admitted())
        return false;
    try {
        auto [head, body] = partsOf(connection.request().text);
        head.peer = connection.peerHost();
        head.resumed = connection.resumed();
        head.requestId = connection.heldRequestId();
        head.arrived = connection.arrived();
        const bool isHead = head.method == "HEAD";
        const Response answer = _dispatcher.answer(std::move(head), std::move(body));
        if (answer.hold()) {
            connection.hold(*answer.hold());
            return true;
        }
        AnswerForm form;
        form.headOnly = isHead;
        form.keepAlive = connection.request().keepAlive && !answer.closesConnection() &&
                         !_requests.stopping() && !_reactor.isCrowded();
        form.keepAliveFor = _reactor.promisedIdle();
        connection.answer(answerText(answer, form), form.keepAlive);
        return true;
    } catch (...) {
        // Out of memory: no answer is possible, the connection ends.
        return false;
    }
}

// Sends the answer, and waits a moment for the next request.
Connection::Need Worker::finish(Connection& connection) const {
    if (connection.stage() == Connection::Stage::held)
        return Need::read;
    const auto need = connection.advance();
    const bool atRest = need == Need::read && connection.isIdle();
    if (atRest && _reactor.maySpareWorker() && Readiness::waitFor(connection.socket(), moment))
        return connection.advance();
    return need;
}

} // namespace central_oauth::http
