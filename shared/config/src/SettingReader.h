// SPDX-License-Identifier: Apache-2.0
// Reads single settings of the table and collects their faults.
#pragma once

#include "Objection.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/config/SettingsTable.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Reads the host's settings, once each.
///
/// Borrows environment and report. Requires: each name is in the table.
class SettingReader {
public:
    SettingReader(const Environment& environment, Report& report)
        : _environment(environment), _report(report) {}

    /// Returns the text, or the table's default if it is unset, or nullopt if there is no default. A text
    /// with foreign characters (ForeignCharacter.h) is a fault and counts as unset.
    [[nodiscard]] std::optional<std::string> text(std::string_view name);

    /// Returns whether the variable is set, even to an invalid value.
    [[nodiscard]] bool isSet(std::string_view name) const { return _environment.find(name).has_value(); }

    /// Returns the number. If it is not one in the table's range, adds a fault and returns the smallest
    /// possible one.
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t whenUnset);
    [[nodiscard]] std::int64_t number(std::string_view name);

    /// Returns the duration. Invalid values are handled as for `number`. Requires: a default in the table.
    [[nodiscard]] std::chrono::seconds duration(std::string_view name);

    void fault(std::string_view name, std::string problem, std::string fix);
    void fault(std::string_view name, Objection objection);
    void fault(Fault fault);
    void warning(std::string_view name, std::string text);

    [[nodiscard]] const Environment& environment() const { return _environment; }
    [[nodiscard]] Report& report() { return _report; }

private:
    const Environment& _environment;
    Report& _report;
};

} // namespace central_oauth::config
