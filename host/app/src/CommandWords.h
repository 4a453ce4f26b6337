// SPDX-License-Identifier: Apache-2.0
// The arguments after a command's name: operands, and options with their values.
#pragma once

#include "central_oauth/app/CommandTable.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace central_oauth::app {

/// How much of a typed word a message repeats, cleaned for the terminal (displayText).
constexpr std::size_t longestShown = 100;

/// Returns whether the word is --help or -h.
[[nodiscard]] bool isHelp(const std::string& word) noexcept;

/// The arguments of one command, checked against its form. A value.
class CommandWords {
public:
    /// Reads what follows the command's name in `arguments`.
    /// Throws: UsageError for an unknown, repeated or missing option, and for too many or too few operands.
    [[nodiscard]] static CommandWords read(const CommandForm& form,
                                           const std::vector<std::string>& arguments);

    /// Returns whether --help or -h follows the command's name, other than as the value of an option.
    [[nodiscard]] static bool askForHelp(const CommandForm& form, const std::vector<std::string>& arguments);

    [[nodiscard]] const std::string& operand(std::size_t index) const { return _operands.at(index); }
    [[nodiscard]] bool has(const std::string& option) const { return find(option) != nullptr; }

    /// Returns the option's value, which is empty for an option without one, or null if the option was not
    /// given.
    [[nodiscard]] const std::string* find(const std::string& option) const;

private:
    std::vector<std::string> _operands;
    std::map<std::string, std::string> _options;
};

/// Returns the usage without its optional parts, such as "client key add CLIENT --name KEY".
[[nodiscard]] std::string shortUsageOf(const CommandForm& form);

/// Returns "a, b, or c".
[[nodiscard]] std::string joinedByOr(const std::vector<std::string>& texts);

} // namespace central_oauth::app
