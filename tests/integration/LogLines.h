// SPDX-License-Identifier: Apache-2.0
// Reads the lines of the daemon's log and asserts their fields.
#pragma once

#include "../support/ServiceUnderTest.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::test {

/// A line of the log.
struct Line {
    explicit Line(const std::string& line)
        : text(line), _fields(Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>()) {}

    /// Returns the field's value, or empty if there is no such field.
    [[nodiscard]] std::string field(const std::string& name) const {
        return _fields->optValue<std::string>(name, {});
    }

    std::string text;

private:
    Poco::JSON::Object::Ptr _fields;
};
using Lines = std::vector<Line>;

/// Returns all lines that the daemons have written.
[[nodiscard]] inline Lines allLines(const ServiceUnderTest& service) {
    Lines lines;
    std::istringstream text(service.log());
    for (std::string line; std::getline(text, line);)
        if (line.starts_with("{"))
            lines.emplace_back(line);
    return lines;
}

/// Returns the lines logged during `action`.
[[nodiscard]] inline Lines linesOf(const ServiceUnderTest& service, const std::function<void()>& action) {
    const auto from = service.markLog();
    action();
    const auto to = service.markLog();
    const auto lines = allLines(service);
    const auto isMark = [](const std::string& mark) {
        return [&mark](const Line& line) { return line.field("correlation_id") == mark; };
    };
    const auto begin = std::find_if(lines.rbegin(), lines.rend(), isMark(from)).base();
    return {begin, std::find_if(begin, lines.end(), isMark(to))};
}

/// Asserts that each line of a warning, error or audit entry has these fields; returns their number.
[[nodiscard]] inline int expectFields(const Lines& lines, const std::vector<std::string>& names) {
    int found = 0;
    for (const auto& line : lines) {
        const auto level = line.field("level");
        const bool isAudit = line.field("message") == "audit";
        // A warning about the machine's clock, not about this failure.
        const bool isClock = line.field("channel") == "central_oauth.upstream";
        if (isClock || (level != "WARNING" && level != "ERROR" && !isAudit))
            continue;
        ++found;
        for (const auto& name : names)
            CPPUNIT_ASSERT_MESSAGE(line.text + " lacks " + name, !line.field(name).empty());
        CPPUNIT_ASSERT_MESSAGE(line.text, !line.field("request_id").empty());
    }
    return found;
}

} // namespace central_oauth::test
