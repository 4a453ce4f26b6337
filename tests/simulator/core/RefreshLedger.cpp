// SPDX-License-Identifier: Apache-2.0
#include "core/RefreshLedger.h"

#include <algorithm>

namespace central_oauth::simulator {

RefreshTicket RefreshLedger::begin(const std::string& family, Time now) {
    FamilyRefreshes& refreshes = _families[family];
    ++refreshes.received;
    refreshes.maxInFlight = std::max(refreshes.maxInFlight, ++refreshes.inFlight);
    RefreshCall call;
    call.at = now;
    call.steady =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - _start);
    refreshes.calls.push_back(call);
    return {family, refreshes.calls.size() - 1, _generation};
}

void RefreshLedger::process(const RefreshTicket& ticket, const std::string& refusal) {
    FamilyRefreshes* refreshes = find(ticket);
    if (refreshes == nullptr)
        return;
    ++(refusal.empty() ? refreshes->processed : refreshes->refused);
    refreshes->calls[ticket.index].outcome = refusal.empty() ? "granted" : refusal;
}

void RefreshLedger::end(const RefreshTicket& ticket, Time now, const AnswerBytes& answer, bool unaltered) {
    FamilyRefreshes* refreshes = find(ticket);
    if (refreshes == nullptr)
        return;
    RefreshCall& call = refreshes->calls[ticket.index];
    if (call.hasEnded)
        return;
    call.hasEnded = true;
    call.ended = now;
    call.answer = answer;
    if (call.outcome == "pending")
        call.outcome = "unprocessed";
    call.answered = answer.whole();
    call.delivered = answer.whole() && unaltered && call.outcome == "granted";
    --refreshes->inFlight;
    refreshes->answered += call.answered ? 1 : 0;
    refreshes->delivered += call.delivered ? 1 : 0;
}

void RefreshLedger::retract(const RefreshTicket& ticket) {
    FamilyRefreshes* refreshes = find(ticket);
    if (refreshes == nullptr)
        return;
    RefreshCall& call = refreshes->calls[ticket.index];
    refreshes->answered -= call.answered ? 1 : 0;
    refreshes->delivered -= call.delivered ? 1 : 0;
    call.answered = false;
    call.delivered = false;
    call.answer.sent = 0;
}

void RefreshLedger::reset() {
    _families.clear();
    ++_generation;
}

FamilyRefreshes* RefreshLedger::find(const RefreshTicket& ticket) {
    const auto found = _families.find(ticket.family);
    return ticket.generation == _generation && found != _families.end() ? &found->second : nullptr;
}

} // namespace central_oauth::simulator
