// SPDX-License-Identifier: Apache-2.0
// The table of commands and options.
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/cli/CommandLine.h"

namespace central_oauth::cli {

namespace {

using Options = std::vector<OptionDescription>;

const OptionDescription ca{"ca", "FILE", "trust these certificates (PEM), too", {}};
const OptionDescription noInput{
    "no-input", "", "never ask and open no browser; implied by the variable CI", {}};
const OptionDescription help{"help", "", "show this help", {}};

// Returns the command's own options, then those of all commands that call the server.
Options withCommon(Options own) {
    own.insert(own.end(), {ca, noInput, help});
    return own;
}

CommandDescription loginDescription() {
    return {Command::login,
            "login",
            "PROVIDER",
            true,
            {},
            "link an account: shows a code, waits for approval in a browser",
            "The account's id is the only line on standard output. After Ctrl-C the link stays open while "
            "its code is valid: the same command takes it up again, --cancel ends it.",
            withCommon({{"subject", "S", "your own id of the user whom the account is for", {}},
                        {"label", "L", "a note that the approval page shows", {}},
                        {"site", "SITE", "cloud id or URL of the site; skips choosing one", {}},
                        {"on-behalf-of", "NAME", "who asks; the approval page leads with it", {}},
                        {"browser", "", "open the page in a browser, also over SSH", {}},
                        {"no-browser", "", "open no browser", {}},
                        {"qr", "", "show the QR code even if this is no terminal", {}},
                        {"no-qr", "", "show no QR code", {}},
                        {"cancel", "", "end the link that still waits; PROVIDER may be left out", {}},
                        {"json", "", "print JSON lines: the link, then the account", {}}}),
            {{"login jira", "link a Jira account"},
             {"login jira --site https://acme.atlassian.net --label laptop", "for one site, with a note"},
             {"login --cancel", "end the link that an interrupted login left open"}}};
}

std::vector<std::string> formatNames() {
    std::vector<std::string> names;
    for (const auto& format : tokenFormats)
        names.emplace_back(format.name);
    return names;
}

CommandDescription tokenDescription() {
    return {
        Command::token,
        "token",
        "ACCOUNT",
        false,
        {},
        "print an access token and nothing else",
        "ACCOUNT is an account's id, provider, label, email, site, subject or name. It may be left out "
        "if exactly one account is linked. With --format git a last operand get, store or erase is "
        "what git asks for.",
        withCommon(
            {{"account", "ACCOUNT", "the account, where an operand is in the way", {}},
             {"format", "FORMAT", "raw (default), json, env, mcp-headers or git", formatNames()},
             {"min-ttl",
              "S",
              "seconds that the token must still live, 0 to " + std::to_string(base::longestMinTtl.count()),
              {}},
             {"timeout", "S", "seconds that all of it may take, 1 to 600; default 10", {}},
             {"git-host", "HOST", "the host that --format git answers for; default bitbucket.org", {}},
             {"subject", "S", "act for this user, where the key needs one", {}}}),
        {{"token", "the only account's token"},
         {"token ada@example.com --format mcp-headers", "headers for an MCP client"},
         {"token acme --format env", "assignments for sh: t=$(...) && eval \"$t\""}}};
}

CommandDescription accountsDescription() {
    return {Command::accounts,
            "accounts",
            "",
            false,
            {},
            "list the linked accounts",
            "",
            withCommon({{"provider", "P", "only accounts of this provider", {}},
                        {"subject", "S", "only accounts of this subject", {}},
                        {"json", "", "print a JSON array of what the server says", {}}}),
            {{"accounts --provider jira", "those at jira"}}};
}

CommandDescription explainDescription() {
    return {Command::explain,
            "explain",
            "ACCOUNT",
            true,
            {},
            "say how an account stands, and what to do if it does not work",
            "ACCOUNT is an account's id, provider, label, email, site, subject or name.",
            withCommon({{"subject", "S", "act for this user, where the key needs one", {}},
                        {"json", "", "print what the server says, as JSON", {}}}),
            {{"explain ada@example.com", "status, sites, scopes, and the next command"}}};
}

CommandDescription revokeDescription() {
    return {Command::revoke,
            "revoke",
            "ACCOUNT",
            true,
            {},
            "delete an account at the server",
            "Asks before it deletes; where nobody can be asked, --yes is needed.",
            withCommon({{"yes", "", "do not ask", {}},
                        {"subject", "S", "act for this user, where the key needs one", {}}}),
            {{"revoke acc_123 --yes", "without a question"}}};
}

CommandDescription configDescription() {
    return {Command::config,
            "config",
            "ACTION",
            false,
            {"set", "unset", "path"},
            "show or change the settings file",
            "Without ACTION: each setting, its value, and where it comes from. Actions: set url URL, set ca "
            "FILE, set client-key (typed hidden, or the first line of a pipe), unset NAME, path.",
            {noInput, help},
            {{"config set url https://oauth.example.com", "name the server"},
             {"config set client-key", "keep the key without showing it"},
             {"config unset ca", "trust the system's certificates only"}}};
}

CommandDescription completionDescription() {
    return {Command::completion,
            "completion",
            "SHELL",
            true,
            {"bash"},
            "print a completion script for a shell",
            "SHELL is bash.",
            {help},
            {{"completion bash", "source it: . <(central-oauth completion bash)"}}};
}

CommandDescription helpDescription(const std::vector<CommandDescription>& others) {
    CommandDescription own{Command::help, "help", "COMMAND", false, {}, "explain a command", "", {help}, {}};
    for (const CommandDescription& other : others)
        own.operandValues.push_back(other.name);
    own.operandValues.push_back(own.name);
    return own;
}

std::vector<CommandDescription> allCommands() {
    std::vector<CommandDescription> all{loginDescription(),     tokenDescription(),  accountsDescription(),
                                        explainDescription(),   revokeDescription(), configDescription(),
                                        completionDescription()};
    all.push_back(helpDescription(all));
    return all;
}

} // namespace

const std::vector<CommandDescription>& describeCommands() {
    static const std::vector<CommandDescription> commands = allCommands();
    return commands;
}

} // namespace central_oauth::cli
