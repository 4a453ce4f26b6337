// SPDX-License-Identifier: Apache-2.0
// The lines of the daemon's log, and what has to stand in them.
#pragma once

#include "../support/ServiceUnderTest.h"

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

    /// Empty: there is no such field.
    [[nodiscard]] std::string field(const std::string& name) const {
        return _fields->optValue<std::string>(name, {});
    }

    std::string text;

private:
    Poco::JSON::Object::Ptr _fields;
};
using Lines = std::vector<Line>;

/// All lines that the daemons have written.
[[nodiscard]] inline Lines allLines(const ServiceUnderTest& service) {
    Lines lines;
    std::istringstream text(service.log());
    for (std::string line; std::getline(text, line);)
        if (line.starts_with("{"))
            lines.emplace_back(line);
    return lines;
}

/// What is logged meanwhile. A request is logged before it is answered.
[[nodiscard]] inline Lines linesOf(const ServiceUnderTest& service, const std::function<void()>& action) {
    const auto before = allLines(service).size();
    action();
    const auto lines = allLines(service);
    return {lines.begin() + static_cast<std::ptrdiff_t>(before), lines.end()};
}

/// Lines of warnings, errors and the audit trail: how many, each with these fields.
[[nodiscard]] inline int expectFields(const Lines& lines, const std::vector<std::string>& names) {
    int found = 0;
    for (const auto& line : lines) {
        const auto level = line.field("level");
        const bool isAudit = line.field("message") == "audit";
        // Of the machine's clock, and not of this failure.
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
