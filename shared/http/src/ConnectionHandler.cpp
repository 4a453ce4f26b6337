// SPDX-License-Identifier: Apache-2.0
// From Poco's request to the dispatcher, and from its answer to the connection.
#include "ConnectionHandler.h"

#include "AnswerText.h"
#include "RequestSocket.h"

#include <iterator>
#include <new>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

// Every socket of this server is one (ParkedServerSocket).
RequestSocket& socketOf(HTTPServerRequest& request) {
    auto& socket = dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
    return dynamic_cast<RequestSocket&>(*socket.impl());
}

RequestHead headOf(const HTTPServerRequest& request, const Connection& connection) {
    RequestHead head{request.getMethod(), request.getURI(), {}, connection.peerHost()};
    for (const auto& [name, value] : request)
        head.headers.add(name, value);
    head.resumed = connection.resumed();
    head.arrived = connection.arrived();
    return head;
}

} // namespace

void ConnectionHandler::handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) {
    // Poco's session is not the connection: it goes on with other connections' requests, unless this fails.
    response.setKeepAlive(false);
    const RequestsInFlight::Guard counted(_requests);
    // It came after the last answer; the dispatcher may be gone.
    if (!counted.admitted())
        return;
    try {
        auto& socket = socketOf(request);
        if (!socket.takeBegun())
            return;
        // To the end: what is left unread would be Poco's next request.
        std::string body(std::istreambuf_iterator<char>(request.stream()), {});
        const Response answer = _dispatcher.answer(headOf(request, socket.connection()), std::move(body));
        if (answer.hold()) {
            socket.hold(*answer.hold());
        } else {
            const bool keepAlive = socket.connection().request().keepAlive && !answer.closesConnection() &&
                                   !_requests.stopping() && !_park.isCrowded();
            const bool headOnly = request.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD;
            // Poco has put the date into its own answer, which is never sent.
            socket.answer(answerText(answer, {response.get("Date"), headOnly, keepAlive}), keepAlive);
        }
        response.setKeepAlive(true);
    } catch (...) {
        // The process is out of memory: there is nothing to tell with, the connection ends.
        response.setKeepAlive(false);
    }
}

Poco::Net::HTTPRequestHandler* ConnectionHandlerFactory::createRequestHandler(const HTTPServerRequest&) {
    return new (std::nothrow) ConnectionHandler(_dispatcher, _requests, _park);
}

} // namespace central_oauth::http
