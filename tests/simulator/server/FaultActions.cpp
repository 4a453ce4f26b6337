// SPDX-License-Identifier: Apache-2.0
#include "server/FaultActions.h"

#include <algorithm>
#include <mutex>
#include <sstream>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/String.h>
#include <Poco/Timestamp.h>

namespace central_oauth::simulator {
namespace {

std::string errorHtml(int status) {
    const auto code = static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status);
    const std::string title =
        std::to_string(status) + ' ' + Poco::Net::HTTPResponse::getReasonForStatus(code);
    return "<html><head><title>" + title + "</title></head><body><center><h1>" + title +
           "</h1></center><hr><center>atlassian-sim edge</center></body></html>\n";
}

std::string retryAfterText(const FaultSpec& spec, Time now) {
    if (!spec.retryAfterAsDate)
        return std::to_string(spec.retryAfter->count());
    const auto when = std::chrono::system_clock::to_time_t(now + *spec.retryAfter);
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(when),
                                           Poco::DateTimeFormat::HTTP_FORMAT);
}

Reply makeError(const FaultSpec& spec, Time now) {
    Reply reply;
    if (spec.kind == FaultKind::rateLimit)
        reply = gatewayError(429, "Rate limit exceeded", "fault");
    else if (spec.kind == FaultKind::oauthError)
        reply = oauthError(spec.status, spec.error, spec.errorDescription, "fault");
    else
        reply = htmlReply(spec.status, errorHtml(spec.status));
    if (spec.retryAfter)
        reply.headers.emplace_back("Retry-After", retryAfterText(spec, now));
    return reply;
}

std::string withoutField(const std::string& json, const std::string& field) {
    try {
        Poco::JSON::Parser parser;
        auto object = parser.parse(json).extract<Poco::JSON::Object::Ptr>();
        object->remove(field);
        std::ostringstream text;
        object->stringify(text);
        return text.str();
    } catch (const Poco::Exception&) {
        return json; // no object, so it has no such field
    }
}

void alterBy(const FaultSpec& spec, Reply& reply, Time now) {
    switch (spec.kind) {
    case FaultKind::rateLimit:
    case FaultKind::status:
    case FaultKind::oauthError:
        reply = makeError(spec, now);
        break;
    case FaultKind::truncatedJson:
        reply.body.resize(reply.body.size() / 2);
        break;
    case FaultKind::withoutRefreshToken:
        reply.body = withoutField(reply.body, "refresh_token");
        break;
    case FaultKind::withoutAccessToken:
        reply.body = withoutField(reply.body, "access_token");
        break;
    case FaultKind::html:
        reply = htmlReply(200, "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n");
        break;
    case FaultKind::emptyBody:
        reply.body.clear();
        break;
    case FaultKind::replaceText:
        if (!spec.text.empty())
            Poco::replaceInPlace(reply.body, spec.text, spec.replacement);
        break;
    case FaultKind::drop:
    case FaultKind::processThenDrop:
    case FaultKind::delay:
    case FaultKind::hold:
    case FaultKind::cutBody:
    case FaultKind::slowDrip:
    case FaultKind::dateSkew:
        break; // they change when or how the answer is sent, not its content
    }
}

bool replacesAnswer(FaultKind kind) {
    return kind == FaultKind::drop || kind == FaultKind::rateLimit || kind == FaultKind::status ||
           kind == FaultKind::oauthError || kind == FaultKind::html;
}

} // namespace

bool FaultActions::wait(FaultPhase phase) {
    for (const Fault& fault : _struck) {
        if (fault.spec.when != phase)
            continue;
        if (fault.spec.kind == FaultKind::hold && !waitAtGate(*fault.gate))
            return false;
        if (fault.spec.kind != FaultKind::delay)
            continue;
        std::unique_lock lock(_state.mutex);
        if (_state.changed.wait_for(lock, fault.spec.delay, [this] { return _state.stopping; }))
            return false;
    }
    return true;
}

bool FaultActions::waitAtGate(HoldGate& gate) {
    std::unique_lock lock(_state.mutex);
    const auto ticket = ++gate.arrived;
    if (_state.held >= _state.holdLimit) {
        _refusedHold = true;
        return true;
    }
    ++gate.waiting;
    ++_state.held;
    _state.changed.notify_all();
    _state.changed.wait(lock, [&] { return _state.stopping || gate.open || ticket <= gate.released; });
    --gate.waiting;
    --_state.held;
    _state.changed.notify_all();
    return !_state.stopping;
}

bool FaultActions::skipsProcessing() const {
    return _refusedHold || std::any_of(_struck.begin(), _struck.end(), [](const Fault& fault) {
               return replacesAnswer(fault.spec.kind) && !fault.spec.process;
           });
}

Reply FaultActions::alter(Reply reply) const {
    if (_refusedHold)
        return htmlReply(503, "<html><body>atlassian-sim: too many held requests</body></html>\n");
    if (_struck.empty())
        return reply;
    Time now;
    {
        const std::lock_guard lock(_state.mutex);
        now = _state.world.now();
    }
    for (const Fault& fault : _struck)
        alterBy(fault.spec, reply, now);
    return reply;
}

DeliveryPlan FaultActions::deliveryPlan() const {
    DeliveryPlan plan;
    for (const Fault& fault : _struck) {
        const FaultSpec& spec = fault.spec;
        plan.drop = plan.drop || spec.kind == FaultKind::drop || spec.kind == FaultKind::processThenDrop;
        plan.cut = plan.cut || spec.kind == FaultKind::cutBody;
        if (spec.kind == FaultKind::slowDrip) {
            plan.chunk = std::max<std::size_t>(spec.chunk, 1);
            plan.chunkDelay = spec.delay;
        }
        if (spec.kind == FaultKind::dateSkew)
            plan.dateSkew = spec.skew;
    }
    return plan;
}

} // namespace central_oauth::simulator
