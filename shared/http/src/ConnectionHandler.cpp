// SPDX-License-Identifier: Apache-2.0
// Translating Poco's requests and answers.
#include "ConnectionHandler.h"

#include <array>
#include <chrono>
#include <new>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

RequestHead headOf(const HTTPServerRequest& request) {
    RequestHead head{request.getMethod(), request.getURI(), request.getVersion(), {}, {}};
    for (const auto& [name, value] : request)
        head.headers.add(name, value);
    head.peer = request.clientAddress().host().toString();
    return head;
}

// Returns whether all of it could be handed to the system.
bool send(const Response& answer, bool headOnly, HTTPServerResponse& response) {
    response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status()));
    for (const auto& field : answer.headers())
        response.add(field.name, field.value);
    if (!answer.contentType().empty())
        response.setContentType(answer.contentType());
    // RFC 9110 section 8.6: neither has a length to tell.
    const bool bodiless = answer.status() == 204 || answer.status() == 304;
    if (!bodiless)
        response.setContentLength64(static_cast<Poco::Int64>(answer.body().size()));
    std::ostream& stream = response.send();
    if (!bodiless && !headOnly)
        stream.write(answer.body().data(), static_cast<std::streamsize>(answer.body().size()));
    stream.flush();
    return stream.good();
}

// A connection closed with bytes unread is reset, and the reset can overtake the answer (RFC 9112 section
// 9.6): says that no more will come and lets the sender finish, for a bounded time and amount.
void linger(Poco::Net::StreamSocket& socket) {
    constexpr std::chrono::milliseconds longest{1000};
    constexpr int most = 1024 * 1024;
    const auto deadline = std::chrono::steady_clock::now() + longest;
    std::array<char, 8192> rest{};
    socket.shutdownSend();
    for (int dropped = 0; dropped < most;) {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !socket.poll(Poco::Timespan(left.count()), Poco::Net::Socket::SELECT_READ))
            return;
        const int received = socket.receiveBytes(rest.data(), static_cast<int>(rest.size()));
        if (received <= 0)
            return;
        dropped += received;
    }
}

} // namespace

void ConnectionHandler::handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) {
    const RequestsInFlight::Guard counted(_requests);
    if (!counted.admitted()) {
        // It came between the last answer and the end of its connection; the dispatcher may be gone.
        response.setKeepAlive(false);
        return;
    }
    try {
        const Response answer = _dispatcher.answer(headOf(request), *request.stream().rdbuf());
        const bool asked = request.hasToken("Connection", "close");
        if (answer.closesConnection() || asked || _requests.stopping())
            response.setKeepAlive(false);
        if (!send(answer, request.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD, response))
            response.setKeepAlive(false);
        else if (answer.closesConnection())
            linger(dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket());
    } catch (...) {
        // The peer is gone or the process is out of memory: there is nobody to tell, the connection ends.
        response.setKeepAlive(false);
    }
}

Poco::Net::HTTPRequestHandler* ConnectionHandlerFactory::createRequestHandler(const HTTPServerRequest&) {
    return new (std::nothrow) ConnectionHandler(_dispatcher, _requests);
}

} // namespace central_oauth::http
