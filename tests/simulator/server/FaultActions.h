// SPDX-License-Identifier: Apache-2.0
// Applies the faults that affect one request.
#pragma once

#include "server/Call.h"
#include "server/SimState.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace central_oauth::simulator {

/// How the bytes of an answer are sent.
struct DeliveryPlan {
    std::optional<CutPoint> cut; ///< send up to here, then end the connection
    CloseStyle close = CloseStyle::fin;
    std::uint64_t draw = 0; ///< chooses a random cut
    bool garbage = false;   ///< below TLS, after the cut
    std::size_t chunk = 0;  ///< 0: all at once
    bool dripsHead = false;
    std::chrono::milliseconds chunkDelay{0};
    Seconds dateSkew{0};
};

/// The faults of one request, in their phases: wait, replace or process, alter, wait, deliver.
///
/// Keeps a reference to the state. Used by the request's own thread; takes the state's mutex where it says
/// so.
class FaultActions {
public:
    FaultActions(SimState& state, std::vector<Strike> struck) : _state(state), _struck(std::move(struck)) {}

    /// Carries out the delays and holds of a phase. Takes the mutex. Returns false if the simulator stops
    /// meanwhile.
    bool wait(FaultPhase phase);

    /// Returns true if the rules must not see the request.
    [[nodiscard]] bool skipsProcessing() const;

    /// Replaces or alters the rules' answer (an empty one where processing was skipped). Takes the mutex.
    [[nodiscard]] Reply alter(Reply reply) const;

    /// Returns true if `alter` changes what a client gets.
    [[nodiscard]] bool altersAnswer() const;

    [[nodiscard]] DeliveryPlan deliveryPlan() const;

private:
    bool waitAtGate(HoldGate& gate);

    SimState& _state;
    std::vector<Strike> _struck;
    bool _refusedHold = false; ///< the limit of held requests was reached
};

} // namespace central_oauth::simulator
