// SPDX-License-Identifier: Apache-2.0
// Chooses the fault that affects a request.
#pragma once

#include "core/Model.h"
#include "core/Random.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::simulator {

enum class FaultKind {
    drop,                ///< close the connection unprocessed
    processThenDrop,     ///< process, then close the connection without an answer
    delay,               ///< wait `delay`
    hold,                ///< wait until released
    rateLimit,           ///< 429
    status,              ///< `status` with an HTML body
    oauthError,          ///< `status` with `error` and `errorDescription`
    truncatedJson,       ///< half of the body, correctly framed
    cutBody,             ///< half of the body, then the connection closes
    withoutRefreshToken, ///< the answer lacks refresh_token
    withoutAccessToken,  ///< the answer lacks access_token
    html,                ///< 200 with an HTML page
    emptyBody,           ///< the right status without a body
    replaceText,         ///< each occurrence of `text` in the body becomes `replacement`
    slowDrip,            ///< the body in `chunk` bytes per `delay`
    dateSkew,            ///< a Date header that is `skew` off
};

enum class FaultPhase { before, after };

/// A fault as a test requests it. It affects requests of `target` (a route, "auth", "api" or "any") and, if
/// set, of `grantType`: the `nth` of them, or each `every`-th, or each with `probability`; at most `times`
/// (0: no limit).
struct FaultSpec {
    FaultKind kind = FaultKind::drop;
    std::string target = "any";
    std::string grantType;
    std::uint64_t nth = 0;
    std::uint64_t every = 0;
    double probability = 1.0;
    std::uint64_t times = 1;
    FaultPhase when = FaultPhase::before; ///< for delay and hold
    bool process = false;                 ///< run the rules although the answer is replaced
    std::chrono::milliseconds delay{0};
    int status = 503;
    std::string error;
    std::string errorDescription;
    std::optional<Seconds> retryAfter;
    bool retryAfterAsDate = false;
    std::string text;
    std::string replacement; ///< any bytes
    std::size_t chunk = 1;
    Seconds skew{0};
};

/// A queue for the requests that one fault holds. They pass in order of arrival.
struct HoldGate {
    std::uint64_t arrived = 0;
    std::uint64_t released = 0; ///< number of requests that may have passed so far
    std::uint64_t waiting = 0;
    bool open = false;
};

struct Fault {
    std::string id;
    FaultSpec spec;
    std::uint64_t matched = 0;
    std::uint64_t applied = 0;
    std::shared_ptr<HoldGate> gate; ///< shared with waiting requests, which outlive a cleared fault
};

/// The properties of a request that choose its faults.
struct FaultSubject {
    std::string route;
    std::string host; ///< "auth" or "api"
    std::string grantType;
};

/// The active faults.
///
/// Not thread-safe: the server's mutex guards it. The caller must announce a change of a gate.
class FaultPlan {
public:
    /// Adds a fault and returns its id.
    std::string add(const FaultSpec& spec);

    /// Returns the faults that affect this request, oldest first, and counts the request.
    [[nodiscard]] std::vector<Fault> strike(const FaultSubject& subject, Random& random);

    /// Removes one fault or, for an empty id, all, and releases their held requests. Returns false for an
    /// unknown id.
    bool clear(const std::string& id);

    /// Lets the next `count` requests of a hold pass, whether they wait already or arrive later. Returns
    /// false for an unknown id.
    bool release(const std::string& id, std::uint64_t count);

    [[nodiscard]] const Fault* find(const std::string& id) const;
    [[nodiscard]] const std::map<std::string, Fault>& all() const noexcept { return _faults; }

private:
    std::map<std::string, Fault> _faults;
    std::uint64_t _lastId = 0;
};

} // namespace central_oauth::simulator
