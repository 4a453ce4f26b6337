// SPDX-License-Identifier: Apache-2.0
// Builds the help from the table of commands.
#include "CommandOptions.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/cli/CommandLine.h"

#include <algorithm>
#include <sstream>

#include <Poco/Util/HelpFormatter.h>

namespace central_oauth::cli {

namespace {

constexpr const char* surroundings =
    "\nSettings, in ~/.config/central-oauth/cli.json (see: central-oauth help config) or here:\n"
    "  CENTRAL_OAUTH_CLIENT_KEY  the client key (cok_...), from: central-oauthd client add NAME\n"
    "  CENTRAL_OAUTH_URL         the server; default http://127.0.0.1:8080\n"
    "  HTTPS_PROXY, NO_PROXY     honoured for https servers, in lower case, too\n"
    "  CI, NO_COLOR, BROWSER     ask nothing; no colours; the browser that login opens\n"
    "\nExit status:\n"
    "  0 done, 1 link needed, 2 grant dead: link again, 3 server unreachable or busy,\n"
    "  4 declined or expired, 5 key refused, 6 unknown account, 64 wrong usage,\n"
    "  70 unexpected, 130 interrupted\n";

std::string operandOf(const CommandDescription& command) {
    const bool isBare = command.operand.empty() || command.operandRequired;
    return isBare ? command.operand : "[" + command.operand + "]";
}

std::string overview() {
    std::string text =
        "usage: central-oauth COMMAND [OPTIONS]\n\nLinks accounts to a Central OAuth server and "
        "gets access tokens from it.\n\nCommands:\n";
    for (const CommandDescription& command : describeCommands()) {
        std::string left = "  " + command.name + ' ' + operandOf(command);
        left.resize(std::max<std::size_t>(left.size() + 1, 20), ' ');
        text += left + command.summary + '\n';
    }
    return text + "  --version         show the version\n" + surroundings;
}

std::string usageOf(const CommandDescription& command) {
    return operandOf(command) + (command.operand.empty() ? "[OPTIONS]" : " [OPTIONS]");
}

std::string examplesOf(const CommandDescription& command) {
    std::string text = command.examples.empty() ? "" : "\nExamples:\n";
    for (const Example& example : command.examples)
        text += "  central-oauth " + example.line + "\n      " + example.effect + '\n';
    return text;
}

} // namespace

std::string helpText(const std::string& command) {
    if (command.empty())
        return overview();
    const CommandDescription& description = getCommand(command);
    const Poco::Util::OptionSet options = optionSetOf(description);
    Poco::Util::HelpFormatter formatter(options);
    formatter.setUnixStyle(true);
    formatter.setAutoIndent();
    formatter.setWidth(100);
    formatter.setCommand("central-oauth " + description.name);
    formatter.setUsage(usageOf(description));
    std::string summary = description.summary;
    summary.front() = base::upper(summary.front());
    formatter.setHeader("\n" + summary + "." + (description.details.empty() ? "" : " ") +
                        description.details);
    std::ostringstream text;
    formatter.format(text);
    return text.str() + examplesOf(description);
}

std::string versionText() {
    return "central-oauth " CENTRAL_OAUTH_VERSION;
}

} // namespace central_oauth::cli
