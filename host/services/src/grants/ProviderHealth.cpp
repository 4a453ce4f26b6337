// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/ProviderHealth.h"

#include <algorithm>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int failuresToOpen = 5;
constexpr std::chrono::seconds shortestPause{2};
constexpr std::chrono::seconds longestPause{30};

constexpr std::chrono::minutes window{10};
constexpr std::size_t deathsToSuspect = 5;
constexpr std::size_t oneIn = 5; // more than this share of the grants tried
constexpr std::size_t mostRemembered = 10'000;
constexpr std::chrono::seconds betweenProbes{60};
constexpr std::chrono::milliseconds betweenRetries{100};

std::int64_t minuteOf(std::chrono::steady_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::minutes>(time.time_since_epoch()).count();
}

std::chrono::milliseconds untilThen(std::chrono::steady_clock::time_point then,
                                    std::chrono::steady_clock::time_point now) {
    return std::chrono::ceil<std::chrono::milliseconds>(then - now);
}

ProviderHealth::Refusal refusalOf(Error failure, std::chrono::milliseconds again) {
    failure.withRetryAfter(std::max(std::chrono::ceil<std::chrono::seconds>(again), std::chrono::seconds(1)));
    return {std::move(failure), again};
}

} // namespace

std::optional<ProviderHealth::Refusal> ProviderHealth::admit(const std::string& provider, Sending sending) {
    if (sending == Sending::again)
        return std::nullopt;
    const auto now = _clock.steadyNow();
    const std::lock_guard lock(_mutex);
    auto& state = _states[provider];
    // After a restart in the middle of the trouble it is not over.
    if (sending == Sending::suspended && !std::exchange(state.isKnown, true)) {
        state.isTroubled = true;
        state.nextProbe = now;
        state.nextFirstProbe = now + betweenProbes;
    }
    if (auto refusal = admitPastBreaker(state, now))
        return refusal;
    if (state.isTroubled)
        return admitInTrouble(state, sending, now);
    if (sending == Sending::suspended) {
        if (now < state.nextRetry)
            return refusalOf(Error(ErrorCode::providerUnavailable), untilThen(state.nextRetry, now));
        state.nextRetry = now + betweenRetries;
    }
    return std::nullopt;
}

std::optional<ProviderHealth::Refusal> ProviderHealth::admitPastBreaker(State& state, Time now) const {
    if (!state.failure)
        return std::nullopt;
    if (now < state.openUntil)
        return refusalOf(*state.failure, untilThen(state.openUntil, now));
    // A probe. The others wait for its outcome, or for the next one.
    state.openUntil = now + state.pause;
    return std::nullopt;
}

std::optional<ProviderHealth::Refusal> ProviderHealth::admitInTrouble(State& state, Sending sending,
                                                                      Time now) const {
    auto& next = sending == Sending::suspended ? state.nextProbe : state.nextFirstProbe;
    if (now < next)
        return refusalOf(
            Error(ErrorCode::providerUnavailable,
                  "Upstream refuses many grants at once. They are tried again when that is over."),
            untilThen(next, now));
    next = now + betweenProbes;
    return std::nullopt;
}

void ProviderHealth::noteAlive(const std::string& provider) {
    const auto now = _clock.steadyNow();
    const std::lock_guard lock(_mutex);
    auto& state = _states[provider];
    noteTried(state, now);
    state.failures = 0;
    state.isKnown = true;
    if (state.failure)
        _log.info("the provider refreshes grants again", {{"provider", provider}});
    state.failure.reset();
    if (!std::exchange(state.isTroubled, false))
        return;
    state.deaths.clear();
    _log.info("the provider accepts grants again; those suspended are tried once more",
              {{"provider", provider}});
}

void ProviderHealth::noteFailure(const std::string& provider, const Error& failure) {
    const auto now = _clock.steadyNow();
    const std::lock_guard lock(_mutex);
    auto& state = _states[provider];
    if (++state.failures < failuresToOpen)
        return;
    const bool isNew = !state.failure;
    state.pause = isNew ? shortestPause : std::min(state.pause * 2, longestPause);
    state.openUntil = now + state.pause;
    state.failure = failure;
    if (isNew)
        _log.error("the provider is in trouble: only one refresh is tried at a time, until one succeeds",
                   {{"provider", provider}, {"failures", state.failures}, {"detail", failure.what()}});
}

void ProviderHealth::forgetFailures(const std::string& provider) {
    const std::lock_guard lock(_mutex);
    auto& state = _states[provider];
    state.failures = 0;
    state.failure.reset();
}

ProviderHealth::Death ProviderHealth::noteDeath(const std::string& provider, const base::AccountId& account,
                                                Sending sending) {
    const auto now = _clock.steadyNow();
    const std::lock_guard lock(_mutex);
    auto& state = _states[provider];
    state.failures = 0;
    state.failure.reset();
    state.isKnown = true;
    if (state.isTroubled)
        return {true};
    if (sending == Sending::suspended)
        return {false}; // the trouble is over, so this one is dead
    noteTried(state, now);
    state.deaths.emplace_back(now, account);
    if (!isMassFailure(state, now))
        return {false};
    state.isTroubled = true;
    state.nextProbe = state.nextFirstProbe = now + betweenProbes;
    Death death{true};
    for (auto& [time, other] : std::exchange(state.deaths, {}))
        if (other != account)
            death.others.push_back(std::move(other));
    _log.error("upstream calls many grants dead at once: they are suspended, and two a minute are tried",
               {{"provider", provider},
                {"grants", death.others.size() + 1},
                {"action", "look for an incident at Atlassian, or for a change of the app there"}});
    return death;
}

void ProviderHealth::noteTried(State& state, Time now) {
    const auto number = minuteOf(now);
    auto& minute = state.minutes[static_cast<std::size_t>(number) % state.minutes.size()];
    if (minute.number != number)
        minute = {number, 0};
    ++minute.tried;
}

bool ProviderHealth::isMassFailure(State& state, Time now) {
    auto& deaths = state.deaths;
    while (!deaths.empty() && (deaths.front().first <= now - window || deaths.size() > mostRemembered))
        deaths.pop_front();
    std::size_t tried = 0;
    for (const auto& minute : state.minutes)
        if (minute.number > minuteOf(now) - static_cast<std::int64_t>(state.minutes.size()))
            tried += minute.tried;
    return deaths.size() >= deathsToSuspect && deaths.size() * oneIn > tried;
}

} // namespace central_oauth::services
