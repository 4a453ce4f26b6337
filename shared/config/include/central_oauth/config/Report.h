// SPDX-License-Identifier: Apache-2.0
// What is wrong or odd about the settings, each with its fix.
#pragma once

#include <string>
#include <vector>

namespace central_oauth::config {

/// A reason not to start. `problem` continues the setting's name to a sentence, `fix` tells what to do.
/// Neither holds the setting's value, which might be a secret in the wrong place.
struct Fault {
    std::string setting;
    std::string problem;
    std::string fix;
};

/// Something the operator should know. `text` continues the setting's name to a sentence and holds no value.
struct Warning {
    std::string setting;
    std::string text;
};

/// Everything found while reading settings, in the order of reading. A value.
struct Report {
    std::vector<Fault> faults;
    std::vector<Warning> warnings;

    [[nodiscard]] bool hasFaults() const noexcept { return !faults.empty(); }
};

/// The faults as the text a terminal shows before exit code 78: one numbered paragraph each. Empty without
/// faults.
[[nodiscard]] std::string faultText(const Report& report);

} // namespace central_oauth::config
