// SPDX-License-Identifier: Apache-2.0
#include "server/FaultJson.h"

#include "server/ControlRoutes.h"
#include "server/Endpoints.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::simulator {
namespace {

template <typename Enum>
using NameList = std::vector<std::pair<std::string_view, Enum>>;

const NameList<FaultKind>& kindNames() {
    static const NameList<FaultKind> names{
        {"drop", FaultKind::drop},
        {"process_then_drop", FaultKind::processThenDrop},
        {"cut_body", FaultKind::processThenDrop},
        {"delay", FaultKind::delay},
        {"hold", FaultKind::hold},
        {"rate_limit", FaultKind::rateLimit},
        {"status", FaultKind::status},
        {"outage", FaultKind::status},
        {"oauth_error", FaultKind::oauthError},
        {"wrong_client", FaultKind::oauthError},
        {"dead_token", FaultKind::deadToken},
        {"truncated_json", FaultKind::truncatedJson},
        {"without_refresh_token", FaultKind::withoutRefreshToken},
        {"without_access_token", FaultKind::withoutAccessToken},
        {"html", FaultKind::html},
        {"empty_body", FaultKind::emptyBody},
        {"replace_text", FaultKind::replaceText},
        {"slow_drip", FaultKind::slowDrip},
        {"date_skew", FaultKind::dateSkew},
        {"tls_failure", FaultKind::tlsFailure},
        {"tls_garbage", FaultKind::tlsGarbage},
    };
    return names;
}

/// Returns the value of a member that is one of these names. Without the member it is the first one.
template <typename Enum>
Enum chosen(const Poco::JSON::Object& object, const std::string& member, const NameList<Enum>& names) {
    if (!object.has(member))
        return names.front().second;
    const auto wanted = object.getValue<std::string>(member);
    std::string known;
    for (const auto& [name, value] : names) {
        if (name == wanted)
            return value;
        known += ' ' + std::string(name);
    }
    throw ControlError(member + " is one of:" + known);
}

void parseKind(const Poco::JSON::Object& object, FaultSpec& spec) {
    spec.kindName = object.optValue<std::string>("kind", "");
    if (spec.kindName.empty())
        throw ControlError("kind is missing");
    spec.kind = chosen(object, "kind", kindNames());
    if (spec.kind == FaultKind::deadToken || spec.kindName == "wrong_client")
        spec.target = "token";
    if (spec.kind == FaultKind::deadToken)
        spec.grantType = "refresh_token";
    if (spec.kind == FaultKind::tlsFailure)
        spec.target = "handshake";
    if (spec.kind == FaultKind::oauthError)
        spec.status = 400;
    if (spec.kindName == "wrong_client") {
        spec.status = 401;
        spec.error = "access_denied";
        spec.errorDescription = "Unauthorized";
    }
    if (spec.kindName == "cut_body" || spec.kind == FaultKind::truncatedJson)
        spec.cut.from = CutPoint::From::bodyMiddle;
}

void requireTarget(const FaultSpec& spec) {
    const auto& routes = atlassianRoutes();
    const bool handshake = spec.kind == FaultKind::tlsFailure;
    const bool known =
        handshake
            ? spec.target == "handshake"
            : spec.target == "any" || std::any_of(routes.begin(), routes.end(), [&spec](const Route& route) {
                  return route.host != "sim" && (route.name == spec.target || route.host == spec.target);
              });
    if (!known)
        throw ControlError("unknown target of this fault: " + spec.target);
}

void parseSubject(const Poco::JSON::Object& object, World& world, FaultSpec& spec) {
    takeMember(object, "target", spec.target);
    requireTarget(spec);
    takeMember(object, "grant_type", spec.grantType);
    takeMember(object, "family", spec.family);
    takeMember(object, "client_id", spec.clientId);
    if (object.has("user"))
        spec.user = requireUser(world, object.getValue<std::string>("user")).handle;
}

Seconds secondsMember(const Poco::JSON::Object& object, const std::string& name) {
    const auto seconds = object.optValue<std::int64_t>(name, 0);
    if (seconds < 0)
        throw ControlError(name + " must not be negative");
    return Seconds{seconds};
}

void parseOccasion(const Poco::JSON::Object& object, FaultSpec& spec) {
    takeMember(object, "nth", spec.nth);
    takeMember(object, "every", spec.every);
    takeMember(object, "probability", spec.probability);
    takeMember(object, "seed", spec.seed);
    spec.startsIn = secondsMember(object, "after_s");
    spec.lasts = secondsMember(object, "for_s");
    spec.scope = chosen<FaultScope>(
        object, "per",
        {{"all", FaultScope::all}, {"user", FaultScope::user}, {"family", FaultScope::family}});
    const bool lasting = object.has("every") || object.has("probability") || object.has("for_s") ||
                         spec.kindName == "outage" || spec.kindName == "dead_token" ||
                         spec.kindName == "wrong_client";
    spec.times = object.optValue<std::uint64_t>("times", lasting ? 0 : 1);
}

void parseCut(const Poco::JSON::Object& object, FaultSpec& spec) {
    if (object.has("after_bytes")) {
        const Poco::Dynamic::Var place = object.get("after_bytes");
        if (place.isString()) {
            if (place.convert<std::string>() != "random")
                throw ControlError("after_bytes is a number, negative from the end, or \"random\"");
            spec.cut = {CutPoint::From::anywhere, 0};
        } else {
            const auto bytes = place.convert<std::int64_t>();
            spec.cut = bytes < 0 ? CutPoint{CutPoint::From::end, static_cast<std::uint64_t>(-bytes)}
                                 : CutPoint{CutPoint::From::start, static_cast<std::uint64_t>(bytes)};
        }
    }
    if (object.has("after_body_bytes"))
        spec.cut = {CutPoint::From::body, object.getValue<std::uint64_t>("after_body_bytes")};
    if (spec.kind == FaultKind::drop && (object.has("after_bytes") || object.has("after_body_bytes")))
        throw ControlError("drop sends no byte; process_then_drop takes after_bytes");
    spec.close = chosen<CloseStyle>(
        object, "close",
        {{"fin", CloseStyle::fin}, {"abrupt", CloseStyle::abrupt}, {"reset", CloseStyle::reset}});
    spec.handshake = chosen<HandshakeFailure>(object, "mode",
                                              {{"alert", HandshakeFailure::alert},
                                               {"garbage", HandshakeFailure::garbage},
                                               {"close", HandshakeFailure::close}});
}

void parseRetryAfter(const Poco::JSON::Object& object, FaultSpec& spec) {
    if (object.has("retry_after_s"))
        spec.retryAfter = Seconds{object.getValue<std::int64_t>("retry_after_s")};
    spec.retryAfterAsDate =
        chosen<bool>(object, "retry_after_format", {{"seconds", false}, {"http_date", true}});
}

// Bytes that JSON itself can't carry.
std::string bytesOf(const std::string& hex) {
    std::string bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        unsigned byte = 0;
        const auto* const begin = hex.data() + at;
        const auto* const end = begin + std::min<std::size_t>(2, hex.size() - at);
        if (end - begin != 2 || std::from_chars(begin, end, byte, 16).ptr != end)
            throw ControlError("replacement_hex is two hexadecimal digits per byte");
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

void parseAnswer(const Poco::JSON::Object& object, FaultSpec& spec) {
    takeMember(object, "status", spec.status);
    if (spec.status < 200 || spec.status > 599)
        throw ControlError("status is from 200 to 599");
    takeMember(object, "error", spec.error);
    takeMember(object, "error_description", spec.errorDescription);
    if (object.has("wording"))
        spec.wording = chosen<DeadTokenWording>(object, "wording",
                                                {{"new", DeadTokenWording::current},
                                                 {"documented", DeadTokenWording::documented},
                                                 {"expired", DeadTokenWording::expired},
                                                 {"random", DeadTokenWording::random}});
    parseRetryAfter(object, spec);
    takeMember(object, "text", spec.text);
    spec.replacement = bytesOf(object.optValue<std::string>("replacement_hex", ""));
    spec.chunk = object.optValue<std::uint32_t>("chunk_bytes", 1);
    spec.dripsHead = chosen<bool>(object, "part", {{"body", false}, {"all", true}});
    spec.skew = Seconds{object.optValue<std::int64_t>("skew_s", 0)};
}

} // namespace

FaultSpec parseFault(const Poco::JSON::Object& object, SimState& state) {
    requireKnown(object, {"kind",
                          "target",
                          "grant_type",
                          "user",
                          "family",
                          "client_id",
                          "nth",
                          "every",
                          "probability",
                          "times",
                          "per",
                          "seed",
                          "after_s",
                          "for_s",
                          "when",
                          "process",
                          "after_bytes",
                          "after_body_bytes",
                          "close",
                          "mode",
                          "delay_ms",
                          "status",
                          "error",
                          "error_description",
                          "wording",
                          "text",
                          "retry_after_s",
                          "retry_after_format",
                          "replacement_hex",
                          "chunk_bytes",
                          "part",
                          "skew_s"});
    FaultSpec spec;
    parseKind(object, spec);
    parseSubject(object, state.world, spec);
    parseOccasion(object, spec);
    parseCut(object, spec);
    parseAnswer(object, spec);
    spec.when =
        chosen<FaultPhase>(object, "when", {{"before", FaultPhase::before}, {"after", FaultPhase::after}});
    spec.process = object.optValue<bool>("process", spec.when == FaultPhase::after);
    spec.delay = std::chrono::milliseconds(object.optValue<std::uint32_t>("delay_ms", 0));
    const bool ofTls = spec.kind == FaultKind::tlsFailure || spec.kind == FaultKind::tlsGarbage;
    if (ofTls && !state.tls)
        throw ControlError("this fault needs a simulator with --tls");
    return spec;
}

Poco::JSON::Object faultToJson(const Fault& fault, Time now) {
    const FaultSpec& spec = *fault.spec;
    Poco::JSON::Object object;
    object.set("id", fault.id);
    object.set("kind", spec.kindName);
    object.set("target", spec.target);
    object.set("grant_type", spec.grantType);
    object.set("user", spec.user);
    object.set("times", spec.times);
    object.set("matched", fault.count.matched);
    object.set("applied", fault.count.applied);
    object.set("held", fault.gate->waiting);
    object.set("in_force", isInForce(fault, now));
    return object;
}

} // namespace central_oauth::simulator
