// SPDX-License-Identifier: Apache-2.0
#include "server/FaultJson.h"

#include "server/ControlRoutes.h"
#include "server/Endpoints.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace central_oauth::simulator {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 16> kindNames{{
    {"drop", FaultKind::drop},
    {"process_then_drop", FaultKind::processThenDrop},
    {"delay", FaultKind::delay},
    {"hold", FaultKind::hold},
    {"rate_limit", FaultKind::rateLimit},
    {"status", FaultKind::status},
    {"oauth_error", FaultKind::oauthError},
    {"truncated_json", FaultKind::truncatedJson},
    {"cut_body", FaultKind::cutBody},
    {"without_refresh_token", FaultKind::withoutRefreshToken},
    {"without_access_token", FaultKind::withoutAccessToken},
    {"html", FaultKind::html},
    {"empty_body", FaultKind::emptyBody},
    {"replace_text", FaultKind::replaceText},
    {"slow_drip", FaultKind::slowDrip},
    {"date_skew", FaultKind::dateSkew},
}};

/// "outage" answers 503 to all matching requests until the fault is cleared.
FaultKind parseKind(const std::string& name) {
    if (name == "outage")
        return FaultKind::status;
    const auto found = std::find_if(kindNames.begin(), kindNames.end(),
                                    [&name](const auto& pair) { return pair.first == name; });
    if (found == kindNames.end())
        throw ControlError("unknown kind of fault: " + name);
    return found->second;
}

std::string kindName(FaultKind kind) {
    const auto found = std::find_if(kindNames.begin(), kindNames.end(),
                                    [kind](const auto& pair) { return pair.second == kind; });
    return found == kindNames.end() ? std::string() : std::string(found->first);
}

void requireTarget(const std::string& target) {
    const auto& routes = atlassianRoutes();
    const bool known =
        target == "any" || std::any_of(routes.begin(), routes.end(), [&target](const Route& route) {
            return route.host != "sim" && (route.name == target || route.host == target);
        });
    if (!known)
        throw ControlError("unknown target of a fault: " + target);
}

FaultPhase parsePhase(const std::string& text) {
    if (text != "before" && text != "after")
        throw ControlError("when is before or after");
    return text == "before" ? FaultPhase::before : FaultPhase::after;
}

void parseRetryAfter(const Poco::JSON::Object& object, FaultSpec& spec) {
    if (object.has("retry_after_s"))
        spec.retryAfter = Seconds{object.getValue<std::int64_t>("retry_after_s")};
    const auto format = object.optValue<std::string>("retry_after_format", "seconds");
    if (format != "seconds" && format != "http_date")
        throw ControlError("retry_after_format is seconds or http_date");
    spec.retryAfterAsDate = format == "http_date";
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

void parseOccasion(const Poco::JSON::Object& object, FaultSpec& spec) {
    takeMember(object, "nth", spec.nth);
    takeMember(object, "every", spec.every);
    takeMember(object, "probability", spec.probability);
    const bool lasting = object.has("every") || object.has("probability") ||
                         object.optValue<std::string>("kind", "") == "outage";
    spec.times = object.optValue<std::uint64_t>("times", lasting ? 0 : 1);
}

} // namespace

FaultSpec parseFault(const Poco::JSON::Object& object) {
    requireKnown(object, {"kind", "target", "grant_type", "nth", "every", "probability", "times", "when",
                          "process", "delay_ms", "status", "error", "error_description", "retry_after_s",
                          "retry_after_format", "text", "replacement_hex", "chunk_bytes", "skew_s"});
    FaultSpec spec;
    spec.kind = parseKind(object.optValue<std::string>("kind", ""));
    takeMember(object, "target", spec.target);
    requireTarget(spec.target);
    takeMember(object, "grant_type", spec.grantType);
    parseOccasion(object, spec);
    spec.when = parsePhase(object.optValue<std::string>("when", "before"));
    takeMember(object, "process", spec.process);
    spec.delay = std::chrono::milliseconds(object.optValue<std::uint32_t>("delay_ms", 0));
    spec.status = object.optValue<int>("status", spec.kind == FaultKind::oauthError ? 400 : 503);
    if (spec.status < 200 || spec.status > 599)
        throw ControlError("status is from 200 to 599");
    takeMember(object, "error", spec.error);
    takeMember(object, "error_description", spec.errorDescription);
    parseRetryAfter(object, spec);
    takeMember(object, "text", spec.text);
    spec.replacement = bytesOf(object.optValue<std::string>("replacement_hex", ""));
    spec.chunk = object.optValue<std::uint32_t>("chunk_bytes", 1);
    spec.skew = Seconds{object.optValue<std::int64_t>("skew_s", 0)};
    return spec;
}

Poco::JSON::Object faultToJson(const Fault& fault) {
    Poco::JSON::Object object;
    object.set("id", fault.id);
    object.set("kind", kindName(fault.spec.kind));
    object.set("target", fault.spec.target);
    object.set("grant_type", fault.spec.grantType);
    object.set("times", fault.spec.times);
    object.set("matched", fault.matched);
    object.set("applied", fault.applied);
    object.set("held", fault.gate->waiting);
    return object;
}

} // namespace central_oauth::simulator
