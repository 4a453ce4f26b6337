// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/httpclient/DateWatch.h"

#include <optional>

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

namespace central_oauth::httpclient {

namespace {

constexpr std::chrono::seconds tolerance{60};

std::optional<base::Timestamp> timeOf(const std::string& date) {
    using Poco::DateTimeFormat;
    Poco::DateTime parsed;
    int zone = 0;
    // Poco's parser accepts nearly anything as a date, so formatting the result must return the same text.
    if (!Poco::DateTimeParser::tryParse(DateTimeFormat::HTTP_FORMAT, date, parsed, zone) ||
        Poco::DateTimeFormatter::format(parsed, DateTimeFormat::HTTP_FORMAT) != date)
        return std::nullopt;
    return base::Timestamp(std::chrono::seconds(parsed.timestamp().epochTime()));
}

} // namespace

void DateWatch::look(const std::string& host, const std::string& date) noexcept {
    try {
        if (const auto theirs = timeOf(date))
            compare(host, base::nowOf(_clock) - *theirs);
    } catch (const std::exception&) {
        return; // a failed comparison must not lose the answer
    }
}

void DateWatch::compare(const std::string& host, std::chrono::seconds difference) {
    const bool isOff = std::chrono::abs(difference) > tolerance;
    {
        const std::lock_guard hold(_mutex);
        const auto known = _reported.find(host);
        const bool wasOff = known != _reported.end();
        if (isOff ? wasOff && std::chrono::abs(difference - known->second) <= tolerance : !wasOff)
            return;
        if (isOff)
            _reported[host] = difference;
        else
            _reported.erase(known);
    }
    const auto own = base::nowOf(_clock);
    const auto ownText = base::formatRfc3339(own);
    const auto theirText = base::formatRfc3339(own - difference);
    if (isOff)
        _log.warning("this machine's clock and upstream's differ by more than a minute; set the clock (NTP)",
                     {{"host", host},
                      {"own_time", ownText},
                      {"upstream_time", theirText},
                      {"ahead_by_s", difference.count()}});
    else
        _log.info("this machine's clock and upstream's agree again",
                  {{"host", host}, {"own_time", ownText}, {"upstream_time", theirText}});
}

} // namespace central_oauth::httpclient
