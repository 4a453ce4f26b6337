// SPDX-License-Identifier: Apache-2.0
#include "server/Delivery.h"

#include "server/Connection.h"
#include "server/ConnectionCalls.h"

#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

namespace central_oauth::simulator {
namespace {

constexpr std::size_t largestBody = 1024 * 1024;

std::string readBody(std::istream& stream) {
    std::string body;
    std::string block(16384, '\0');
    while (stream && body.size() < largestBody) {
        stream.read(block.data(), static_cast<std::streamsize>(block.size()));
        body.append(block, 0, static_cast<std::size_t>(stream.gcount()));
    }
    return body;
}

Parameters parseJsonFields(const std::string& body, bool& malformed) {
    Parameters fields;
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(body).extract<Poco::JSON::Object::Ptr>();
        for (const auto& [name, value] : *object)
            if (!value.isEmpty())
                fields.add(name, value.toString());
    } catch (const Poco::Exception&) {
        malformed = true;
    }
    return fields;
}

void readFields(Call& call) {
    const std::string type = Poco::toLower(call.header("Content-Type"));
    if (type.find("json") != std::string::npos)
        call.fields = parseJsonFields(call.body, call.malformedBody);
    else if (type.find("x-www-form-urlencoded") != std::string::npos)
        call.fields = parseQuery(call.body, call.malformedBody);
    else
        call.malformedBody = !call.body.empty();
}

/// Returns false if the simulator stops meanwhile.
bool pauseBetweenChunks(SimState& state, std::chrono::milliseconds delay) {
    std::unique_lock lock(state.mutex);
    return !state.changed.wait_for(lock, delay, [&state] { return state.stopping; });
}

/// Completes the response and returns its head as it goes over the wire. `hasBody` is false where HTTP
/// forbids a body.
std::string makeHead(SimState& state, const Reply& reply, const DeliveryPlan& plan, bool& hasBody,
                     Poco::Net::HTTPServerResponse& response) {
    {
        const std::lock_guard lock(state.mutex);
        response.setDate(Poco::Timestamp::fromEpochTime(
            std::chrono::system_clock::to_time_t(state.world.now() + plan.dateSkew)));
        if (!state.world.options.keepAlive)
            response.setKeepAlive(false);
    }
    response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
    for (const auto& [name, value] : reply.headers)
        response.add(name, value);
    if (!reply.body.empty())
        response.setContentType(reply.contentType);
    if (reply.status == 204 || reply.status == 304)
        hasBody = false;
    else
        response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()));
    std::ostringstream head;
    response.write(head);
    return head.str();
}

/// Returns where each piece of the answer ends.
std::vector<std::size_t> pieceEnds(const DeliveryPlan& plan, const AnswerBytes& answer) {
    std::vector<std::size_t> ends;
    if (plan.chunk != 0) {
        std::size_t end = plan.dripsHead ? plan.chunk : answer.head + plan.chunk;
        for (; end < answer.sent; end += plan.chunk)
            ends.push_back(end);
    }
    ends.push_back(answer.sent);
    return ends;
}

void sendAll(Poco::Net::StreamSocket& socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const int sent = socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        if (sent <= 0)
            throw Poco::IOException("connection closed");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

Poco::Net::StreamSocket& socketOf(Poco::Net::HTTPServerRequest& request) {
    return dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
}

/// Sends the pieces of an answer.
class PieceSender {
public:
    PieceSender(SimState& state, const DeliveryPlan& plan, const BeforeEnd& beforeEnd)
        : _state(state), _plan(plan), _beforeEnd(beforeEnd) {}

    /// Returns false if the answer did not go out as planned.
    bool send(Poco::Net::StreamSocket& socket, const std::string& bytes, AnswerBytes answer) {
        const auto ends = pieceEnds(_plan, answer);
        std::size_t sent = 0;
        bool announced = false;
        bool complete = false;
        try {
            for (const std::size_t end : ends) {
                if (sent != 0 && !pauseBetweenChunks(_state, _plan.chunkDelay))
                    break;
                if (end == answer.sent) {
                    announced = true;
                    _beforeEnd(answer);
                }
                sendAll(socket, std::string_view(bytes).substr(sent, end - sent));
                sent = end;
            }
            complete = sent == answer.sent;
        } catch (const Poco::Exception&) {
            // The client has gone.
        }
        answer.sent = sent;
        if (!announced)
            _beforeEnd(answer);
        return complete;
    }

private:
    SimState& _state;
    const DeliveryPlan& _plan;
    const BeforeEnd& _beforeEnd;
};

} // namespace

Call readCall(Poco::Net::HTTPServerRequest& request) {
    Call call;
    call.method = request.getMethod();
    call.target = request.getURI();
    const auto mark = call.target.find('?');
    bool malformedQuery = false;
    try {
        Poco::URI::decode(call.target.substr(0, mark), call.path);
    } catch (const Poco::Exception&) {
        call.path.clear(); // matches no route
    }
    if (mark != std::string::npos)
        call.query = parseQuery(call.target.substr(mark + 1), malformedQuery);
    call.headers = request;
    request.getCookies(call.cookies);
    call.body = readBody(request.stream());
    readFields(call);
    return call;
}

void closeConnection(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    response.setKeepAlive(false);
    endConnection(socketOf(request), CloseStyle::fin);
}

bool deliver(SimState& state, const Reply& reply, const DeliveryPlan& plan,
             Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response,
             const BeforeEnd& beforeEnd) {
    bool hasBody = request.getMethod() != Poco::Net::HTTPRequest::HTTP_HEAD;
    std::string bytes = makeHead(state, reply, plan, hasBody, response);
    AnswerBytes answer;
    answer.head = bytes.size();
    if (hasBody)
        bytes += reply.body;
    answer.total = bytes.size();
    answer.sent =
        plan.cut ? plan.cut->position(answer.head, answer.total - answer.head, plan.draw) : answer.total;
    Poco::Net::StreamSocket& socket = socketOf(request);
    const bool sent = PieceSender(state, plan, beforeEnd).send(socket, bytes, answer);
    if (plan.cut || !sent)
        response.setKeepAlive(false);
    if (plan.garbage)
        sendBelowTls(socket, "\x7fthese bytes are no record of TLS\n");
    if (plan.cut || plan.garbage)
        endConnection(socket, plan.close);
    return sent;
}

} // namespace central_oauth::simulator
