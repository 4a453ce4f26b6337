// SPDX-License-Identifier: Apache-2.0
// RFC 3339 times, independent of the locale and of the C library's shared tm.
#include "central_oauth/base/Clock.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace central_oauth::base {

namespace {

/// A text that is written once, in order, without an allocation.
class TimeText {
public:
    // Writes a number of at least `digits` digits.
    void add(long number, std::size_t digits) {
        std::array<char, 24> text{};
        const auto* const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        const auto size = static_cast<std::size_t>(end - text.data());
        for (std::size_t zeros = size; zeros < digits; ++zeros)
            add('0');
        for (std::size_t i = 0; i < size; ++i)
            add(text.at(i));
    }
    void add(char c) { _text.at(_size++) = c; }

    [[nodiscard]] std::string text() const { return {_text.data(), _size}; }

private:
    std::array<char, 64> _text{};
    std::size_t _size = 0;
};

// Takes seconds, because a time_point of nanoseconds ends in the year 2262.
TimeText format(Timestamp time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    TimeText text;
    text.add(static_cast<int>(date.year()), 4);
    text.add('-');
    text.add(static_cast<long>(static_cast<unsigned>(date.month())), 2);
    text.add('-');
    text.add(static_cast<long>(static_cast<unsigned>(date.day())), 2);
    text.add('T');
    text.add(static_cast<long>(clock.hours().count()), 2);
    text.add(':');
    text.add(static_cast<long>(clock.minutes().count()), 2);
    text.add(':');
    text.add(static_cast<long>(clock.seconds().count()), 2);
    return text;
}

} // namespace

std::string formatRfc3339(Timestamp time) {
    auto text = format(time);
    text.add('Z');
    return text.text();
}

std::string formatRfc3339Millis(std::chrono::system_clock::time_point time) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time - second);
    auto text = format(second);
    text.add('.');
    text.add(static_cast<long>(millis.count()), 3);
    text.add('Z');
    return text.text();
}

} // namespace central_oauth::base
