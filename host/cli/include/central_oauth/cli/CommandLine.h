// SPDX-License-Identifier: Apache-2.0
// The parsed command line, and the help.
#pragma once

#include "central_oauth/base/EnumNames.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// What the program can do.
enum class Command { help, version, login, token, accounts, explain, revoke, config, completion };

/// What `token` prints.
enum class TokenFormat {
    raw,        ///< the access token and a line end
    json,       ///< the server's token payload
    env,        ///< assignments for sh, for MCP servers that read their environment
    mcpHeaders, ///< one JSON object of HTTP headers
    git,        ///< a git credential helper's answer
};

constexpr base::EnumNames<TokenFormat, 5> tokenFormats{{
    {TokenFormat::raw, "raw"},
    {TokenFormat::json, "json"},
    {TokenFormat::env, "env"},
    {TokenFormat::mcpHeaders, "mcp-headers"},
    {TokenFormat::git, "git"},
}};
static_assert(base::isComplete(tokenFormats, TokenFormat::git));

/// What the person typed, checked. A value.
struct Invocation {
    Command command = Command::help;
    std::string operand; ///< PROVIDER of login, ACCOUNT of token, explain and revoke, COMMAND of help, the
                         ///< action of config, SHELL of completion; may be empty
    std::vector<std::string> more; ///< further operands: name and value of config
    std::string provider;
    std::string subject;
    std::string label;
    std::string site;
    std::string onBehalfOf;
    std::string caFile;
    std::optional<std::chrono::seconds> minTtl;
    std::chrono::seconds timeout{10}; ///< for the whole of token
    std::optional<bool> qr;           ///< nullopt: if the terminal can show it and no browser opens
    std::optional<bool> browser;      ///< nullopt: if there is one and a person watches
    TokenFormat format = TokenFormat::raw;
    std::string gitAction; ///< of TokenFormat::git: get, store, erase or whatever git will add; empty: get
    std::string gitHost = "bitbucket.org"; ///< the one host that the git format answers for
    bool json = false;                     ///< output for programs
    bool noInput = false;                  ///< never ask; also set by the environment variable CI
    bool yes = false;                      ///< the question of revoke is answered
    bool cancel = false;                   ///< login ends the link that is waiting instead
};

/// One option of a command. Texts are ASCII.
struct OptionDescription {
    std::string name;  ///< without the dashes
    std::string value; ///< placeholder of its value, such as `S`; empty if it takes none
    std::string help;
    std::vector<std::string> values; ///< all allowed values; empty for any value, or none
};

/// One command line that shows how a command is used, and what it does.
struct Example {
    std::string line; ///< without the program's name
    std::string effect;
};

/// One command, as used by parsing, help, completion and the man page's test.
struct CommandDescription {
    Command command = Command::help;
    std::string name;
    std::string operand; ///< its placeholder in the usage; empty if it takes none
    bool operandRequired = false;
    std::vector<std::string> operandValues; ///< all allowed first operands; empty for any
    std::string summary;                    ///< begins with a small letter, no full stop
    std::string details;                    ///< sentences; may be empty
    std::vector<OptionDescription> options; ///< with `help`, which every command has
    std::vector<Example> examples;
};

/// Returns all commands, in the order of the overview.
[[nodiscard]] const std::vector<CommandDescription>& describeCommands();

/// Parses the arguments after the program's name. Option names must be whole; `--` ends the options. A
/// credential on the command line is refused and not repeated.
/// Throws: Failure(usage).
[[nodiscard]] Invocation parseCommandLine(const std::vector<std::string>& arguments);

/// Returns whether a shell probably evaluates the output of this command line: it asks for assignments, or it
/// is mistyped and may have meant to.
[[nodiscard]] bool isForEval(const std::vector<std::string>& arguments);

/// The output of such a command line in place of assignments: a command that fails, so that the shell stops.
constexpr const char* failureForEval = "false\n";

/// Returns the help of a command, or of the program for an empty name.
/// Throws: Failure(usage) for an unknown command.
[[nodiscard]] std::string helpText(const std::string& command);

/// Returns the program's name and version, in one line.
[[nodiscard]] std::string versionText();

} // namespace central_oauth::cli
