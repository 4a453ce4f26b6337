// SPDX-License-Identifier: Apache-2.0
#include "core/FaultPlan.h"

namespace central_oauth::simulator {
namespace {

bool concerns(const FaultSpec& spec, const FaultSubject& subject) {
    const bool target = spec.target == "any" || spec.target == subject.route || spec.target == subject.host;
    return target && (spec.grantType.empty() || spec.grantType == subject.grantType);
}

bool isDue(const Fault& fault, Random& random) {
    const FaultSpec& spec = fault.spec;
    if (spec.times != 0 && fault.applied >= spec.times)
        return false;
    if (spec.nth != 0 && fault.matched != spec.nth)
        return false;
    if (spec.every != 0 && fault.matched % spec.every != 0)
        return false;
    return spec.probability >= 1.0 || random.chance(spec.probability);
}

} // namespace

std::string FaultPlan::add(const FaultSpec& spec) {
    // Zero-padded, so that the map's order is the order of creation.
    std::string number = std::to_string(++_lastId);
    number.insert(0, number.size() < 6 ? 6 - number.size() : 0, '0');
    const std::string id = "fault-" + number;
    _faults[id] = Fault{id, spec, 0, 0, std::make_shared<HoldGate>()};
    return id;
}

std::vector<Fault> FaultPlan::strike(const FaultSubject& subject, Random& random) {
    std::vector<Fault> struck;
    for (auto& [id, fault] : _faults) {
        if (!concerns(fault.spec, subject))
            continue;
        ++fault.matched;
        if (!isDue(fault, random))
            continue;
        ++fault.applied;
        struck.push_back(fault);
    }
    return struck;
}

bool FaultPlan::clear(const std::string& id) {
    if (!id.empty() && _faults.count(id) == 0)
        return false;
    for (auto entry = _faults.begin(); entry != _faults.end();) {
        if (!id.empty() && entry->first != id) {
            ++entry;
            continue;
        }
        entry->second.gate->open = true;
        entry = _faults.erase(entry);
    }
    return true;
}

bool FaultPlan::release(const std::string& id, std::uint64_t count) {
    const auto found = _faults.find(id);
    if (found == _faults.end())
        return false;
    found->second.gate->released += count;
    return true;
}

const Fault* FaultPlan::find(const std::string& id) const {
    const auto found = _faults.find(id);
    return found == _faults.end() ? nullptr : &found->second;
}

} // namespace central_oauth::simulator
