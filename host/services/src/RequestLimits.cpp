// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RequestLimits.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace central_oauth::services {

namespace {

constexpr std::size_t limitedCallers = 65'536; // limits the sources, too

void take(base::RateLimiter& buckets, const std::string& key, int limit, const std::string& hint) {
    const double perMinute = limit;
    if (const auto wait = buckets.take(key, {perMinute, perMinute}))
        throw base::Error(base::ErrorCode::tooManyRequests, hint).withRetryAfter(*wait);
}

// Counts in the holder's own bucket first, so that one holder alone can't use up the bucket of all holders.
void count(base::RateLimiter& buckets, const Caller& caller, int ofClient, int ofHolder,
           const std::string& hint) {
    const auto& client = caller.client.id.value();
    if (!caller.isHolder())
        return take(buckets, client, ofClient, hint);
    // An id contains no NUL.
    take(buckets, client + '\0' + caller.keyId, std::min(ofClient, ofHolder), hint);
    take(buckets, client + '\0', ofClient, "The grant tokens of this client together: " + hint);
}

// Returns one spelling for all spellings of an IPv6 group: "db8" for "0DB8", "0" for "0000".
std::string plainGroup(std::string_view group) {
    while (group.size() > 1 && group.front() == '0')
        group.remove_prefix(1);
    return base::lower(group);
}

// Returns the groups that the address spells out on one side of "::".
std::vector<std::string> groupsOf(std::string_view text) {
    std::vector<std::string> groups;
    while (!text.empty()) {
        const auto colon = text.find(':');
        const auto group = text.substr(0, colon);
        text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
        if (group.find('.') != std::string_view::npos)
            groups.emplace_back(); // an IPv4 address at the end stands for two groups
        groups.push_back(plainGroup(group));
    }
    return groups;
}

// Returns the first four groups. The text form may skip one run of zeroes (RFC 4291 section 2.2), anywhere.
std::string networkOf(std::string_view address) {
    constexpr std::size_t allGroups = 8;
    constexpr std::size_t networkGroups = 4;
    const auto gap = address.find("::");
    auto groups = groupsOf(address.substr(0, gap));
    if (gap != std::string_view::npos) {
        const auto tail = groupsOf(address.substr(gap + 2));
        const auto written = groups.size() + tail.size();
        groups.insert(groups.end(), written < allGroups ? allGroups - written : 0, "0");
        groups.insert(groups.end(), tail.begin(), tail.end());
    }
    groups.resize(networkGroups, "0");
    std::string network;
    for (const auto& group : groups)
        network += group + ':';
    return network;
}

// Returns the /64 network of an IPv6 address. One household or host owns a whole /64, so further addresses in
// it cost nothing.
std::string sourceOf(const std::string& address) {
    constexpr std::string_view mapped = "::ffff:";
    if (address.find(':') == std::string::npos)
        return address;
    if (address.compare(0, mapped.size(), mapped) == 0 && address.find('.') != std::string::npos)
        return address.substr(mapped.size());
    return networkOf(address);
}

} // namespace

RequestLimits::RequestLimits(const base::Clock& clock)
    : _writes(clock, limitedCallers), _checks(clock, limitedCallers), _failures(clock, limitedCallers) {}

void RequestLimits::countWrite(const Caller& caller) {
    count(_writes, caller, caller.client.writesPerMinute, holderWritesPerMinute,
          "This credential changes more within a minute than it may; spread it out.");
}

void RequestLimits::countCheck(const Caller& caller) {
    count(
        _checks, caller, caller.client.checksPerMinute, holderChecksPerMinute,
        "This credential makes the service ask upstream too often: reports, min_ttl above the usual margin, "
        "and revocations. Spread them out.");
}

void RequestLimits::countFailure(const std::string& address) {
    constexpr base::BucketRate failures{60, 30};
    if (const auto wait = _failures.take(sourceOf(address), failures))
        throw base::Error(base::ErrorCode::tooManyRequests, "Too many failed attempts from this address.")
            .withRetryAfter(*wait);
}

} // namespace central_oauth::services
