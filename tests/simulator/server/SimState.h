// SPDX-License-Identifier: Apache-2.0
// All mutable state of the process behind its one mutex.
//
// Folder server: HTTP around the rules of folder core. One endpoint file per route of Atlassian; the control
// routes are separate.
#pragma once

#include "core/Counters.h"
#include "core/FaultPlan.h"
#include "core/RefreshLedger.h"
#include "core/World.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace central_oauth::simulator {

/// World, faults and counters with the mutex that guards every member below it.
///
/// `changed` is notified when a gate, a fault or `stopping` changes and when a request arrives at a hold or
/// leaves it.
struct SimState {
    explicit SimState(std::uint64_t seed, std::size_t mostHeld)
        : holdLimit(mostHeld),
          world(VirtualClock{}, seed),
          faults(seed != 0 ? seed : std::random_device{}()) {}

    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false;
    std::string baseUrl;
    bool tls = false;
    std::size_t holdLimit; ///< more held requests would leave no thread for the control routes
    std::size_t held = 0;
    World world;
    FaultPlan faults;
    Counters counters;
    RefreshLedger refreshes;
};

} // namespace central_oauth::simulator
