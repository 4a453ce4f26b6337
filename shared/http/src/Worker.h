// SPDX-License-Identifier: Apache-2.0
// From a complete request to its answer.
#pragma once

#include "Reactor.h"
#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

namespace central_oauth::http {

/// Answers complete requests from the reactor one after the other, each on any connection. A busy worker
/// takes the next request without being woken.
///
/// Borrows everything. Several threads call `run`, which throws nothing and returns once the reactor is
/// closed.
class Worker {
public:
    Worker(Reactor& reactor, const Dispatcher& dispatcher, RequestsInFlight& requests) noexcept
        : _reactor(reactor), _dispatcher(dispatcher), _requests(requests) {}

    void run() const;

private:
    void serve(Reactor::Owned connection) const;
    [[nodiscard]] bool answer(Connection& connection) const noexcept;
    [[nodiscard]] Connection::Need finish(Connection& connection) const;

    Reactor& _reactor;
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

} // namespace central_oauth::http
