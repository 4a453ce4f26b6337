// SPDX-License-Identifier: Apache-2.0
// Faults and warnings of the settings, each with its fix.
#pragma once

#include <string>
#include <vector>

namespace central_oauth::config {

/// A reason to refuse the start. `problem` continues the setting's name to a sentence; `fix` says what to do.
/// Neither holds the setting's value, which might be a misplaced secret.
struct Fault {
    std::string setting;
    std::string problem;
    std::string fix;
};

/// A problem that does not prevent the start. `text` continues the setting's name to a sentence and holds no
/// value.
struct Warning {
    std::string setting;
    std::string text;
};

/// All faults and warnings found while reading settings, in that order. A value.
struct Report {
    std::vector<Fault> faults;
    std::vector<Warning> warnings;

    [[nodiscard]] bool hasFaults() const noexcept { return !faults.empty(); }
};

/// Returns the faults as text for a terminal, before exit code 78: one numbered paragraph each. Returns an
/// empty text if there are none.
[[nodiscard]] std::string faultText(const Report& report);

} // namespace central_oauth::config
