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

#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/StreamSocketImpl.h>

namespace central_oauth::http {

namespace {

using Need = Connection::Need;

// How long an idle worker keeps its thread.
constexpr std::chrono::milliseconds workerPatience{2000};

// How long a worker waits for a further request on the connection that it owns.
constexpr std::chrono::milliseconds moment{5};

/// Represents one worker in Poco's server, which needs a socket for each. It has no connection.
class WorkerSocket final : public Poco::Net::StreamSocketImpl {
public:
    explicit WorkerSocket(Reactor& reactor) : _reactor(reactor) { _reactor.addWorker(); }

    Poco::Net::SocketAddress address() override { return _reactor.address(); }
    void setRawOption(int, int, const void*, poco_socklen_t) override {}

protected:
    ~WorkerSocket() override { _reactor.removeWorker(); }

private:
    Reactor& _reactor;
};

class ReactorServerSocketImpl final : public Poco::Net::ServerSocketImpl {
public:
    explicit ReactorServerSocketImpl(Reactor& reactor) : _reactor(reactor) {}

    bool poll(const Poco::Timespan& timeout, int) override {
        return _reactor.wait(std::chrono::milliseconds(timeout.totalMilliseconds()));
    }
    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress&) override {
        return new WorkerSocket(_reactor);
    }
    Poco::Net::SocketAddress address() override { return _reactor.address(); }

private:
    Reactor& _reactor;
};

} // namespace

Worker::Worker(const Poco::Net::StreamSocket& socket, Reactor& reactor, const Dispatcher& dispatcher,
               RequestsInFlight& requests)
    : Poco::Net::TCPServerConnection(socket),
      _reactor(reactor),
      _dispatcher(dispatcher),
      _requests(requests) {}

void Worker::run() {
    while (auto connection = _reactor.next(workerPatience))
        serve(std::move(connection));
}

// Answers a connection's request and those that follow at once. While workers are idle, a busy peer stays on
// the same thread.
void Worker::serve(Reactor::Owned connection) {
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
bool Worker::answer(Connection& connection) noexcept {
    const RequestsInFlight::Guard counted(_requests);
    // It arrived after the last answer; the dispatcher may be gone.
    if (!counted.admitted())
        return false;
    try {
        auto [head, body] = partsOf(connection.request().text);
        head.peer = connection.peerHost();
        head.resumed = connection.resumed();
        head.arrived = connection.arrived();
        const Response answer = _dispatcher.answer(head, std::move(body));
        if (answer.hold()) {
            connection.hold(*answer.hold());
            return true;
        }
        AnswerForm form;
        form.headOnly = head.method == "HEAD";
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
Connection::Need Worker::finish(Connection& connection) {
    if (connection.stage() == Connection::Stage::held)
        return Need::read;
    const auto need = connection.advance();
    const bool atRest = need == Need::read && connection.isIdle();
    if (atRest && _reactor.maySpareWorker() && Readiness::waitFor(connection.socket(), moment))
        return connection.advance();
    return need;
}

Poco::Net::TCPServerConnection* WorkerFactory::createConnection(const Poco::Net::StreamSocket& socket) {
    return new Worker(socket, _reactor, _dispatcher, _requests);
}

ReactorServerSocket::ReactorServerSocket(Reactor& reactor)
    : Poco::Net::ServerSocket(new ReactorServerSocketImpl(reactor), true) {}

} // namespace central_oauth::http
