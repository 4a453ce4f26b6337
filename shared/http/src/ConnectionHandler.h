// SPDX-License-Identifier: Apache-2.0
// Between Poco's server and the dispatcher.
#pragma once

#include "central_oauth/http/Dispatcher.h"
#include "central_oauth/http/RequestsInFlight.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

namespace central_oauth::http {

/// Hands one request from Poco to the dispatcher and sends its answer.
///
/// Borrows dispatcher and counter. Errors: none leaves `handleRequest`; a connection that breaks while the
/// answer is sent is closed.
class ConnectionHandler final : public Poco::Net::HTTPRequestHandler {
public:
    ConnectionHandler(const Dispatcher& dispatcher, RequestsInFlight& requests) noexcept
        : _dispatcher(dispatcher), _requests(requests) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override;

private:
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

/// Makes a ConnectionHandler for every request; never throws.
class ConnectionHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    ConnectionHandlerFactory(const Dispatcher& dispatcher, RequestsInFlight& requests) noexcept
        : _dispatcher(dispatcher), _requests(requests) {}

    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override;

private:
    const Dispatcher& _dispatcher;
    RequestsInFlight& _requests;
};

} // namespace central_oauth::http
