// SPDX-License-Identifier: Apache-2.0
// Control route for the refresh calls of each token family.
#include "server/ControlRoutes.h"

#include <algorithm>

namespace central_oauth::simulator {
namespace {

std::int64_t unixMilliseconds(Time time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Poco::JSON::Object callJson(const RefreshCall& call) {
    Poco::JSON::Object object;
    object.set("at_ms", unixMilliseconds(call.at));
    object.set("steady_ms", static_cast<std::int64_t>(call.steady.count()));
    object.set("outcome", call.outcome);
    object.set("answered", call.answered);
    object.set("delivered", call.delivered);
    if (!call.hasEnded)
        return object;
    object.set("ended_ms", unixMilliseconds(call.ended));
    object.set("head_bytes", static_cast<std::uint64_t>(call.answer.head));
    object.set("answer_bytes", static_cast<std::uint64_t>(call.answer.total));
    object.set("sent_bytes", static_cast<std::uint64_t>(call.answer.sent));
    return object;
}

void setCounts(const FamilyRefreshes& refreshes, Poco::JSON::Object& object) {
    object.set("received", refreshes.received);
    object.set("processed", refreshes.processed);
    object.set("refused", refreshes.refused);
    object.set("answered", refreshes.answered);
    object.set("delivered", refreshes.delivered);
    object.set("in_flight", refreshes.inFlight);
    object.set("max_in_flight", refreshes.maxInFlight);
}

/// The families that a request asks for, and what they sum up to.
class RefreshReport {
public:
    RefreshReport(SimState& state, const Call& call)
        : _state(state),
          _family(call.query.get("family")),
          _clientId(call.query.get("client_id")),
          _withCalls(call.query.get("calls") != "0") {
        const std::string user = call.query.get("user");
        _user = user.empty() ? user : requireUser(state.world, user).handle;
    }

    void add(const Family& family) {
        const Grant& grant = _state.world.grantOf(family);
        const bool wanted = (_family.empty() || family.id == _family) &&
                            (_user.empty() || grant.user == _user) &&
                            (_clientId.empty() || grant.clientId == _clientId);
        if (!wanted)
            return;
        const User* user = _state.world.findUser(grant.user);
        Poco::JSON::Object object;
        object.set("family", family.id);
        object.set("grant_id", grant.id);
        object.set("user", grant.user);
        object.set("account_id", user != nullptr ? user->accountId : "");
        object.set("client_id", grant.clientId);
        object.set("revoked", family.revoked);
        object.set("reused", family.reused);
        addCounts(family.id, object);
        _revoked += family.revoked ? 1 : 0;
        _reused += family.reused ? 1 : 0;
    }

    /// Adds the calls with a token that was never issued, unless only some families are asked for.
    void addUnknown() {
        if (!_family.empty() || !_user.empty() || !_clientId.empty() ||
            _state.refreshes.families().count("") == 0)
            return;
        Poco::JSON::Object object;
        object.set("family", "");
        addCounts("", object);
    }

    [[nodiscard]] Reply reply() {
        Poco::JSON::Object total;
        setCounts(_sum, total);
        total.set("families_revoked", _revoked);
        total.set("families_reused", _reused);
        Poco::JSON::Object object;
        object.set("total", total);
        object.set("families", _families);
        return jsonReply(200, object);
    }

private:
    void addCounts(const std::string& family, Poco::JSON::Object& object) {
        const auto found = _state.refreshes.families().find(family);
        static const FamilyRefreshes none;
        const FamilyRefreshes& refreshes = found == _state.refreshes.families().end() ? none : found->second;
        setCounts(refreshes, object);
        if (_withCalls) {
            Poco::JSON::Array calls;
            for (const auto& call : refreshes.calls)
                calls.add(callJson(call));
            object.set("calls", calls);
        }
        _families.add(object);
        _sum.received += refreshes.received;
        _sum.processed += refreshes.processed;
        _sum.refused += refreshes.refused;
        _sum.answered += refreshes.answered;
        _sum.delivered += refreshes.delivered;
        _sum.inFlight += refreshes.inFlight;
        _sum.maxInFlight = std::max(_sum.maxInFlight, refreshes.maxInFlight);
    }

    SimState& _state;
    std::string _family;
    std::string _user;
    std::string _clientId;
    bool _withCalls;
    Poco::JSON::Array _families;
    FamilyRefreshes _sum;
    std::uint64_t _revoked = 0;
    std::uint64_t _reused = 0;
};

} // namespace

Reply controlListRefreshes(SimState& state, StateLock&, const Call& call) {
    std::vector<const Family*> families;
    for (const auto& [id, family] : state.world.families)
        families.push_back(&family);
    // The order of creation: ids end in a number without leading zeros.
    std::sort(families.begin(), families.end(), [](const Family* left, const Family* right) {
        return std::make_pair(left->id.size(), left->id) < std::make_pair(right->id.size(), right->id);
    });
    RefreshReport report(state, call);
    for (const Family* family : families)
        report.add(*family);
    report.addUnknown();
    return report.reply();
}

} // namespace central_oauth::simulator
