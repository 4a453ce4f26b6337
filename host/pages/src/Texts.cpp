// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/pages/Texts.h"

#include "central_oauth/base/Text.h"

#include <algorithm>

namespace central_oauth::pages {
std::string_view effectWords(ScopeEffect effect) noexcept {
    switch (effect) {
    case ScopeEffect::reads:
        return "Read";
    case ScopeEffect::changes:
        return "Change";
    case ScopeEffect::deletes:
        return "Change or delete";
    case ScopeEffect::administers:
        return "Administer";
    case ScopeEffect::unknown:
    case ScopeEffect::lasts:
        break;
    }
    return {};
}

std::string_view reachWords(const std::vector<ScopeWords>& scopes) noexcept {
    const auto allows = [&scopes](ScopeEffect effect) {
        return std::any_of(scopes.begin(), scopes.end(),
                           [effect](const ScopeWords& scope) { return scope.effect == effect; });
    };
    if (scopes.empty())
        return {};
    if (allows(ScopeEffect::administers))
        return "administer the product, and change and delete things";
    if (allows(ScopeEffect::deletes))
        return "read, change and delete things";
    if (allows(ScopeEffect::changes))
        return "read and change things";
    if (allows(ScopeEffect::unknown))
        return "read, and perhaps change things: not every permission is explained here";
    return "only read, not change anything";
}

std::string durationWords(std::chrono::seconds span) {
    using namespace std::chrono_literals;
    if (span < 1min)
        return base::counted(std::max(span, 0s).count(), "second");
    if (span < 1h)
        return base::counted(std::chrono::floor<std::chrono::minutes>(span).count(), "minute");
    if (span < 48h)
        return base::counted(std::chrono::floor<std::chrono::hours>(span).count(), "hour");
    return base::counted(std::chrono::floor<std::chrono::days>(span).count(), "day");
}

std::string ageWords(std::chrono::seconds age) {
    using namespace std::chrono_literals;
    // A clock that was set back must not say "-3 seconds ago".
    return age < 10s ? "just now" : durationWords(age) + " ago";
}

std::string expiryWords(std::chrono::seconds left) {
    using namespace std::chrono_literals;
    if (left <= 0s)
        return "now";
    return left < 1min ? "in less than a minute" : "in " + durationWords(left);
}

std::string permissionWords(std::size_t count) {
    return base::counted(static_cast<long long>(count), "permission");
}

std::string entryWords(std::size_t digits, std::size_t strayAt) {
    constexpr std::string_view free = " That did not count.";
    if (strayAt != 0)
        return "The code has 12 digits and nothing else; what stands at place " + std::to_string(strayAt) +
               " is no digit." + std::string(free);
    if (digits == 0)
        return "Type the 12 digits." + std::string(free);
    return "The code has 12 digits; these are " + std::to_string(digits) + "." + std::string(free);
}

std::string attemptsWords(int attemptsLeft) {
    if (attemptsLeft <= 0)
        return "No attempt is left.";
    return attemptsLeft == 1 ? "1 attempt is left." : std::to_string(attemptsLeft) + " attempts are left.";
}

} // namespace central_oauth::pages
