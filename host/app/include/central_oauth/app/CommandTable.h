// SPDX-License-Identifier: Apache-2.0
// The one table of the daemon's commands: parsing, help and the tests that sweep over all commands go by it.
#pragma once

#include "central_oauth/app/CommandLine.h"

#include <string>
#include <vector>

namespace central_oauth::app {

/// One option of a command.
struct OptionForm {
    std::string name;      ///< with its dashes
    std::string value{};   ///< what its value is called, as KEY; empty: the option takes none
    bool required = false; ///< whether the command fails without it
    std::string needs{};   ///< another option without which it is refused
};

/// One command. Texts are ASCII.
struct CommandForm {
    Action action = Action::serve;
    std::vector<std::string> words;      ///< that name it, such as client, key, add
    std::vector<std::string> operands{}; ///< what they are called, such as CLIENT; all are required
    std::vector<OptionForm> options{};
    std::string effect{};         ///< for the help: what it does; lines may be broken by the reader
    bool operandsAsTyped = false; ///< an operand may begin with dashes: ids do
};

/// All commands but serving, in the order of the help.
[[nodiscard]] const std::vector<CommandForm>& describeCommands();

/// The words that name it, such as "client key add".
[[nodiscard]] std::string nameOf(const CommandForm& form);

/// How it is typed, such as "client key remove CLIENT KEY_ID [--keep-issued]".
[[nodiscard]] std::string usageOf(const CommandForm& form);

} // namespace central_oauth::app
