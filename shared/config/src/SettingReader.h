// SPDX-License-Identifier: Apache-2.0
// Reads single settings of the table and notes what is wrong with them.
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

/// One pass over the settings of the host.
///
/// Borrows environment and report. Requires: names that are in the table.
class SettingReader {
public:
    SettingReader(const Environment& environment, Report& report)
        : _environment(environment), _report(report) {}

    /// The text, or the table's default where it is unset, or nothing where there is no default. Text with
    /// foreign characters (ForeignCharacter.h) is a fault and counts as unset.
    [[nodiscard]] std::optional<std::string> text(std::string_view name);

    /// Whether the variable holds anything, a fault or not.
    [[nodiscard]] bool isSet(std::string_view name) const { return _environment.find(name).has_value(); }

    /// The number; where it is not one in the table's range, a fault and the least possible one.
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t whenUnset);
    [[nodiscard]] std::int64_t number(std::string_view name);

    /// The duration; as with numbers. Requires: a default in the table.
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
