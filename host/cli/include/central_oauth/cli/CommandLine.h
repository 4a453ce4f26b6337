// SPDX-License-Identifier: Apache-2.0
// The command line: what was asked for, and the help that says what can be.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// What the program can do.
enum class Command { help, version, login, token, accounts, revoke };

/// What the person typed, checked. A value.
struct Invocation {
    Command command = Command::help;
    std::string operand; ///< PROVIDER of login, ACCOUNT of token and revoke, COMMAND of help; may be empty
    std::string provider;
    std::string subject;
    std::string label;
    std::string site;
    std::string caFile;
    std::optional<std::chrono::seconds> minTtl;
    std::optional<bool> qr; ///< unset: if the terminal can show it
};

/// Reads the arguments after the program's name. Option names must be whole; `--` ends the options.
/// Throws: Failure(usage). A credential on the command line is refused and not repeated.
[[nodiscard]] Invocation parseCommandLine(const std::vector<std::string>& arguments);

/// The help of a command, or of the program for an empty name.
/// Throws: Failure(usage) for an unknown command.
[[nodiscard]] std::string helpText(const std::string& command);

/// The program's name and version, in one line.
[[nodiscard]] std::string versionText();

} // namespace central_oauth::cli
