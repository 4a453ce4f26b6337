// SPDX-License-Identifier: Apache-2.0
#include "Duration.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace central_oauth::config {

namespace {

struct Unit {
    char sign;
    std::int64_t seconds;
};

// Largest first.
constexpr std::array<Unit, 4> units{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

} // namespace

std::optional<std::chrono::seconds> parseDuration(std::string_view text) noexcept {
    std::int64_t perUnit = 1;
    if (!text.empty() && !base::isDigit(text.back())) {
        const auto* unit = std::find_if(units.begin(), units.end(),
                                        [&text](const Unit& known) { return known.sign == text.back(); });
        if (unit == units.end())
            return std::nullopt;
        perUnit = unit->seconds;
        text.remove_suffix(1);
    }
    const auto number = base::isNumber(text) ? base::parseNumber<std::int64_t>(text) : std::nullopt;
    if (!number || *number > std::numeric_limits<std::int64_t>::max() / perUnit)
        return std::nullopt;
    return std::chrono::seconds(*number * perUnit);
}

std::string durationText(std::chrono::seconds duration) {
    const auto seconds = duration.count();
    const auto* unit = std::find_if(units.begin(), units.end() - 1, [seconds](const Unit& candidate) {
        return seconds >= candidate.seconds && seconds % candidate.seconds == 0;
    });
    return std::to_string(seconds / unit->seconds) + unit->sign;
}

} // namespace central_oauth::config
