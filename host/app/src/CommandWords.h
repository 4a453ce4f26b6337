// SPDX-License-Identifier: Apache-2.0
// The words behind a command's name, sorted by its form: operands, and options with their values.
#pragma once

#include "central_oauth/app/CommandTable.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace central_oauth::app {

/// A word that was typed goes back to the terminal cut, and without what a terminal obeys (displayText).
constexpr std::size_t longestShown = 100;

/// Whether it is --help or -h.
[[nodiscard]] bool isHelp(const std::string& word) noexcept;

/// What was typed for one command, checked against its form. A value.
class CommandWords {
public:
    /// Reads what follows the command's name in `arguments`. Throws: UsageError for an unknown, repeated or
    /// missing option, and for operands that are too many or too few.
    [[nodiscard]] static CommandWords read(const CommandForm& form,
                                           const std::vector<std::string>& arguments);

    /// Whether --help or -h stands behind the command's name, and not as the value of an option.
    [[nodiscard]] static bool askForHelp(const CommandForm& form, const std::vector<std::string>& arguments);

    [[nodiscard]] const std::string& operand(std::size_t index) const { return _operands.at(index); }
    [[nodiscard]] bool has(const std::string& option) const { return find(option) != nullptr; }

    /// The option's value; empty for one without. Null: it was not given.
    [[nodiscard]] const std::string* find(const std::string& option) const;

private:
    std::vector<std::string> _operands;
    std::map<std::string, std::string> _options;
};

/// How it is typed without what may be left out, such as "client key add CLIENT --name KEY".
[[nodiscard]] std::string shortUsageOf(const CommandForm& form);

/// "a, b, or c".
[[nodiscard]] std::string joinedByOr(const std::vector<std::string>& texts);

} // namespace central_oauth::app
