// SPDX-License-Identifier: Apache-2.0
// RFC 3339 times, independent of the locale and of the C library's shared tm.
#include "central_oauth/base/Clock.h"

#include <array>
#include <cstdio>

namespace central_oauth::base {

namespace {

// Seconds, because a time_point of nanoseconds ends in the year 2262.
std::string format(Timestamp time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

} // namespace

std::string formatRfc3339(Timestamp time) {
    return format(time) + "Z";
}

std::string formatRfc3339Millis(std::chrono::system_clock::time_point time) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time - second);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>(millis.count()));
    return format(second) + fraction.data() + "Z";
}

} // namespace central_oauth::base
