// SPDX-License-Identifier: Apache-2.0
#include "server/FaultActions.h"

#include "core/TokenRules.h"

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

Reply makeError(const FaultSpec& spec, World& world) {
    Reply reply;
    if (spec.kind == FaultKind::deadToken) {
        const OAuthRefusal refusal = deadTokenRefusal(world, "fault", spec.wording);
        reply = oauthError(refusal.status(), refusal.error(), refusal.what(), refusal.reason());
    } else if (spec.kind == FaultKind::rateLimit)
        reply = gatewayError(429, "Rate limit exceeded", "fault");
    else if (spec.kind == FaultKind::oauthError)
        reply = oauthError(spec.status, spec.error, spec.errorDescription, "fault");
    else
        reply = htmlReply(spec.status, errorHtml(spec.status));
    if (spec.retryAfter)
        reply.headers.emplace_back("Retry-After", retryAfterText(spec, world.now()));
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

void alterBy(const FaultSpec& spec, std::uint64_t draw, Reply& reply, World& world) {
    switch (spec.kind) {
    case FaultKind::rateLimit:
    case FaultKind::status:
    case FaultKind::oauthError:
    case FaultKind::deadToken:
        reply = makeError(spec, world);
        break;
    case FaultKind::truncatedJson:
        reply.body.resize(spec.cut.position(0, reply.body.size(), draw));
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
    case FaultKind::slowDrip:
    case FaultKind::dateSkew:
    case FaultKind::tlsFailure:
    case FaultKind::tlsGarbage:
        break; // they change when or how the answer is sent, not its content
    }
}

bool replacesAnswer(FaultKind kind) {
    return kind == FaultKind::drop || kind == FaultKind::rateLimit || kind == FaultKind::status ||
           kind == FaultKind::oauthError || kind == FaultKind::deadToken || kind == FaultKind::html;
}

/// Returns true if the fault leaves the content of the answer as it is.
bool keepsContent(FaultKind kind) {
    return kind == FaultKind::delay || kind == FaultKind::hold || kind == FaultKind::slowDrip ||
           kind == FaultKind::dateSkew;
}

} // namespace

bool FaultActions::wait(FaultPhase phase) {
    for (const Strike& fault : _struck) {
        if (fault.spec->when != phase)
            continue;
        if (fault.spec->kind == FaultKind::hold && !waitAtGate(*fault.gate))
            return false;
        if (fault.spec->kind != FaultKind::delay)
            continue;
        std::unique_lock lock(_state.mutex);
        if (_state.changed.wait_for(lock, fault.spec->delay, [this] { return _state.stopping; }))
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
    return _refusedHold || std::any_of(_struck.begin(), _struck.end(), [](const Strike& fault) {
               return replacesAnswer(fault.spec->kind) && !fault.spec->process;
           });
}

Reply FaultActions::alter(Reply reply) const {
    if (_refusedHold)
        return htmlReply(503, "<html><body>atlassian-sim: too many held requests</body></html>\n");
    if (_struck.empty())
        return reply;
    const std::lock_guard lock(_state.mutex);
    for (const Strike& fault : _struck)
        alterBy(*fault.spec, fault.draw, reply, _state.world);
    return reply;
}

bool FaultActions::altersAnswer() const {
    return _refusedHold || !std::all_of(_struck.begin(), _struck.end(),
                                        [](const Strike& fault) { return keepsContent(fault.spec->kind); });
}

DeliveryPlan FaultActions::deliveryPlan() const {
    DeliveryPlan plan;
    for (const Strike& fault : _struck) {
        const FaultSpec& spec = *fault.spec;
        const bool cuts = spec.kind == FaultKind::drop || spec.kind == FaultKind::processThenDrop ||
                          spec.kind == FaultKind::tlsGarbage;
        if (cuts && !plan.cut) {
            plan.cut = spec.cut;
            plan.close = spec.close;
            plan.draw = fault.draw;
            plan.garbage = spec.kind == FaultKind::tlsGarbage;
        }
        if (spec.kind == FaultKind::slowDrip) {
            plan.chunk = std::max<std::size_t>(spec.chunk, 1);
            plan.chunkDelay = spec.delay;
            plan.dripsHead = spec.dripsHead;
        }
        if (spec.kind == FaultKind::dateSkew)
            plan.dateSkew = spec.skew;
    }
    return plan;
}

} // namespace central_oauth::simulator
