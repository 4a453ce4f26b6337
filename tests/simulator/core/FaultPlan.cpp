// SPDX-License-Identifier: Apache-2.0
#include "core/FaultPlan.h"

#include <algorithm>
#include <string_view>

namespace central_oauth::simulator {
namespace {

/// The finalizer of splitmix64.
std::uint64_t mixBits(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

/// FNV-1a.
std::uint64_t hashText(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char character : text)
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
    return hash;
}

bool allows(const std::string& wanted, const std::string& actual) {
    return wanted.empty() || wanted == actual;
}

bool concerns(const FaultSpec& spec, const FaultSubject& subject) {
    // A handshake belongs to no host: only its own kind of fault affects it.
    const bool any = spec.target == "any" && subject.route != "handshake";
    const bool target = any || spec.target == subject.route || spec.target == subject.host;
    return target && allows(spec.grantType, subject.grantType) && allows(spec.user, subject.user) &&
           allows(spec.family, subject.family) && allows(spec.clientId, subject.clientId);
}

std::string scopeKey(const FaultSpec& spec, const FaultSubject& subject) {
    switch (spec.scope) {
    case FaultScope::user:
        return subject.user;
    case FaultScope::family:
        return subject.family;
    case FaultScope::all:
        break;
    }
    return {};
}

bool isDue(const FaultSpec& spec, const FaultCount& count, std::uint64_t draw) {
    if (spec.times != 0 && count.applied >= spec.times)
        return false;
    if (spec.nth != 0 && count.matched != spec.nth)
        return false;
    if (spec.every != 0 && count.matched % spec.every != 0)
        return false;
    return spec.probability >= 1.0 || static_cast<double>(draw >> 11) * 0x1.0p-53 < spec.probability;
}

} // namespace

std::size_t CutPoint::position(std::size_t head, std::size_t body, std::uint64_t draw) const {
    const std::size_t total = head + body;
    const auto offset = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, total));
    switch (from) {
    case From::start:
        return offset;
    case From::body:
        return std::min(head + offset, total);
    case From::end:
        return total - offset;
    case From::bodyMiddle:
        return head + body / 2;
    case From::anywhere:
        break;
    }
    return total == 0 ? 0 : static_cast<std::size_t>(draw % total);
}

bool isInForce(const Fault& fault, Time now) {
    const Time start = fault.created + fault.spec->startsIn;
    return fault.on && now >= start && (fault.spec->lasts == Seconds{0} || now < start + fault.spec->lasts);
}

std::string FaultPlan::add(const FaultSpec& spec, Time now) {
    // Zero-padded, so that the map's order is the order of creation.
    std::string number = std::to_string(++_lastId);
    number.insert(0, number.size() < 6 ? 6 - number.size() : 0, '0');
    Fault fault;
    fault.id = "fault-" + number;
    fault.spec = std::make_shared<const FaultSpec>(spec);
    fault.created = now;
    fault.seed = spec.seed != 0 ? spec.seed : mixBits(_seed + _lastId);
    fault.gate = std::make_shared<HoldGate>();
    return _faults.emplace(fault.id, fault).first->first;
}

std::vector<Strike> FaultPlan::strike(const FaultSubject& subject, Time now) {
    std::vector<Strike> struck;
    for (auto& [id, fault] : _faults) {
        const FaultSpec& spec = *fault.spec;
        if (!isInForce(fault, now) || !concerns(spec, subject))
            continue;
        const std::string key = scopeKey(spec, subject);
        FaultCount& count = spec.scope == FaultScope::all ? fault.count : fault.counts[key];
        if (spec.scope != FaultScope::all)
            ++fault.count.matched;
        ++count.matched;
        const std::uint64_t draw = mixBits(fault.seed ^ hashText(key) ^ mixBits(count.matched));
        if (!isDue(spec, count, draw))
            continue;
        if (spec.scope != FaultScope::all)
            ++fault.count.applied;
        ++count.applied;
        struck.push_back({id, fault.spec, fault.gate, mixBits(draw)});
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

bool FaultPlan::turn(const std::string& id, bool on) {
    const auto found = _faults.find(id);
    if (found == _faults.end())
        return false;
    found->second.on = on;
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
