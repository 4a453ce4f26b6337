// SPDX-License-Identifier: Apache-2.0
#include "server/Delivery.h"

#include <algorithm>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

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

Poco::Timestamp dateHeader(SimState& state, Seconds skew) {
    const std::lock_guard lock(state.mutex);
    return Poco::Timestamp::fromEpochTime(std::chrono::system_clock::to_time_t(state.world.now() + skew));
}

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
    auto& concrete = dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request);
    try {
        concrete.socket().shutdown();
    } catch (const Poco::Exception&) {
        // The peer has closed already, which was the goal.
    }
}

void deliver(SimState& state, const Reply& reply, const DeliveryPlan& plan,
             Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    if (plan.drop) {
        closeConnection(request, response);
        return;
    }
    response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
    response.setDate(dateHeader(state, plan.dateSkew));
    for (const auto& [name, value] : reply.headers)
        response.add(name, value);
    if (!reply.body.empty())
        response.setContentType(reply.contentType);
    response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()));
    std::ostream& stream = response.send();
    const std::size_t wanted = plan.cut ? reply.body.size() / 2 : reply.body.size();
    const std::size_t chunk = plan.chunk != 0 ? plan.chunk : std::max<std::size_t>(wanted, 1);
    for (std::size_t sent = 0; sent < wanted; sent += chunk) {
        if (sent != 0 && !pauseBetweenChunks(state, plan.chunkDelay))
            break;
        stream.write(reply.body.data() + sent, static_cast<std::streamsize>(std::min(chunk, wanted - sent)));
        stream.flush();
    }
    if (plan.cut)
        closeConnection(request, response);
}

} // namespace central_oauth::simulator
