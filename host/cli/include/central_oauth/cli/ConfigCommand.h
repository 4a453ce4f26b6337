// SPDX-License-Identifier: Apache-2.0
// `central-oauth config`: the settings, shown and changed.
#pragma once

#include "central_oauth/cli/ClientSettings.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/SettingsFile.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Shows each setting and where it comes from, or changes the settings file.
///
/// Borrows what it is given; runs once. Calls no server.
///
/// Errors: Failure(usage) for a value or a file that can't be used; Interrupted. A failed change leaves the
/// file unchanged.
class ConfigCommand {
public:
    ConfigCommand(Terminal& terminal, const VariableLookup& variable, const Invocation& invocation)
        : _terminal(terminal), _variable(variable), _invocation(invocation) {}

    /// Does what the operands say.
    void run();

private:
    void show();
    void set();
    void unset();
    [[nodiscard]] SettingsFile file() const;
    [[nodiscard]] const std::string& name() const;
    [[nodiscard]] std::string valueOf(const std::string& name) const;
    [[nodiscard]] provider::Secret readKey();

    Terminal& _terminal;
    const VariableLookup& _variable;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
