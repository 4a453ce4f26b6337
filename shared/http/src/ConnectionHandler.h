// SPDX-License-Identifier: Apache-2.0
// Between Poco's server and the dispatcher.
#pragma once

#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

namespace central_oauth::http {

class Park;

/// Hands one request from Poco to the dispatcher and its answer to the connection.
///
/// Borrows everything. Errors: none leaves `handleRequest`.
class ConnectionHandler final : public Poco::Net::HTTPRequestHandler {
public:
    ConnectionHandler(const Dispatcher& dispatcher, RequestsInFlight& requests, const Park& park) noexcept
        : _dispatcher(dispatcher), _requests(requests), _park(park) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override;

private:
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
    const Park& _park;
};

/// Makes a ConnectionHandler for every request; never throws.
class ConnectionHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    ConnectionHandlerFactory(const Dispatcher& dispatcher, RequestsInFlight& requests,
                             const Park& park) noexcept
        : _dispatcher(dispatcher), _requests(requests), _park(park) {}

    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override;

private:
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
    const Park& _park;
};

} // namespace central_oauth::http
