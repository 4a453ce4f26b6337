// SPDX-License-Identifier: Apache-2.0
// The table of the daemon's commands, used by parsing, help and the tests that sweep over all commands.
#pragma once

#include "central_oauth/app/CommandLine.h"

#include <string>
#include <vector>

namespace central_oauth::app {

/// One option of a command.
struct OptionForm {
    std::string name;      ///< with its dashes
    std::string value{};   ///< placeholder of its value, such as KEY; empty if it takes none
    bool required = false; ///< whether the command fails without it
    std::string needs{};   ///< another option without which it is refused
};

/// One command. Texts are ASCII.
struct CommandForm {
    Action action = Action::serve;
    std::vector<std::string> words;      ///< its name, such as client, key, add
    std::vector<std::string> operands{}; ///< placeholders, such as CLIENT; all are required
    std::vector<OptionForm> options{};
    std::string effect{};         ///< what it does, for the help, which wraps the text
    bool operandsAsTyped = false; ///< an operand may begin with dashes: ids do
};

/// Returns all commands except serving, in the order of the help.
[[nodiscard]] const std::vector<CommandForm>& describeCommands();

/// Returns the command's name, such as "client key add".
[[nodiscard]] std::string nameOf(const CommandForm& form);

/// Returns the command's usage, such as "client key remove CLIENT KEY_ID [--keep-issued]".
[[nodiscard]] std::string usageOf(const CommandForm& form);

} // namespace central_oauth::app
