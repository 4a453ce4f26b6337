// SPDX-License-Identifier: Apache-2.0
// Chooses the faults that affect a request.
#pragma once

#include "core/FaultSpec.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::simulator {

/// A queue for the requests that one fault holds. They pass in order of arrival.
struct HoldGate {
    std::uint64_t arrived = 0;
    std::uint64_t released = 0; ///< number of requests that may have passed so far
    std::uint64_t waiting = 0;
    bool open = false;
};

/// How many requests a fault has met and affected.
struct FaultCount {
    std::uint64_t matched = 0;
    std::uint64_t applied = 0;
};

struct Fault {
    std::string id;
    std::shared_ptr<const FaultSpec> spec;
    Time created;
    std::uint64_t seed = 0;
    bool on = true;
    FaultCount count;
    std::map<std::string, FaultCount> counts; ///< by user or family, if the fault has a scope
    std::shared_ptr<HoldGate> gate;           ///< shared with waiting requests, which outlive a cleared fault
};

/// One fault that affects one request. `draw` is a number that follows from the fault's seed and from which
/// of its requests this is.
struct Strike {
    std::string id;
    std::shared_ptr<const FaultSpec> spec;
    std::shared_ptr<HoldGate> gate;
    std::uint64_t draw = 0;
};

/// The properties of a request that choose its faults.
struct FaultSubject {
    std::string route;
    std::string host; ///< "auth" or "api"
    std::string grantType;
    std::string user{}; ///< handle; empty: unknown, as are the others
    std::string family{};
    std::string clientId{};
};

/// The active faults.
///
/// Not thread-safe: the server's mutex guards it. The caller must announce a change of a gate.
class FaultPlan {
public:
    /// The same seed gives the same verdicts: they do not depend on the requests of other faults or scopes.
    explicit FaultPlan(std::uint64_t seed = 1) : _seed(seed) {}

    /// Adds a fault and returns its id.
    std::string add(const FaultSpec& spec, Time now);

    /// Returns the faults that affect this request, oldest first, and counts the request.
    [[nodiscard]] std::vector<Strike> strike(const FaultSubject& subject, Time now);

    /// Removes one fault or, for an empty id, all, and releases their held requests. Returns false for an
    /// unknown id.
    bool clear(const std::string& id);

    /// Suspends a fault, or resumes it with its counts. Returns false for an unknown id.
    bool turn(const std::string& id, bool on);

    /// Lets the next `count` requests of a hold pass, whether they wait already or arrive later. Returns
    /// false for an unknown id.
    bool release(const std::string& id, std::uint64_t count);

    [[nodiscard]] const Fault* find(const std::string& id) const;
    [[nodiscard]] const std::map<std::string, Fault>& all() const noexcept { return _faults; }

private:
    std::map<std::string, Fault> _faults;
    std::uint64_t _seed;
    std::uint64_t _lastId = 0;
};

/// Returns true if the fault is switched on and its time has come and is not over.
[[nodiscard]] bool isInForce(const Fault& fault, Time now);

} // namespace central_oauth::simulator
