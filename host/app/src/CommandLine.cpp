// SPDX-License-Identifier: Apache-2.0
// A fixed grammar: Poco's option parser takes prefixes of options for them, and --daemon even where nobody
// declared it.
#include "central_oauth/app/CommandLine.h"

#include "ClientArguments.h"
#include "central_oauth/base/DisplayText.h"

namespace central_oauth::app {

Command parseCommandLine(const std::vector<std::string>& arguments) {
    Command command;
    if (arguments.empty())
        return command;
    const auto& first = arguments.front();
    if (first == "client")
        return parseClientCommand(arguments);
    if (first == "--check-plugin") {
        if (arguments.size() != 2)
            throw UsageError("--check-plugin takes one FILE.");
        command.action = Action::checkPlugin;
        command.pluginFile = arguments[1];
        return command;
    }
    if (first == "--help-config" && arguments.size() == 2 && arguments[1] == "--markdown") {
        command.action = Action::helpConfig;
        command.markdown = true;
        return command;
    }
    if (first == "--help" || first == "-h")
        command.action = Action::help;
    else if (first == "--help-config")
        command.action = Action::helpConfig;
    else if (first == "--check-config")
        command.action = Action::checkConfig;
    else if (first == "--version")
        command.action = Action::version;
    else if (first == "--daemon" || first == "--umask" || first == "--pidfile")
        throw UsageError(first +
                         " is not offered: run under systemd or another supervisor, in the foreground.");
    else
        throw UsageError("there is no option or command " + base::displayText(first, 100) + ".");
    if (arguments.size() > 1)
        throw UsageError(first + " takes no arguments.");
    return command;
}

std::string_view usageText() noexcept {
    return "usage: central-oauthd                 serve, configured by the environment\n"
           "       central-oauthd --check-config  check the configuration and exit (78 if it is wrong)\n"
           "       central-oauthd --check-plugin FILE\n"
           "                                      say whether a plugin can be loaded, and what it takes (78 "
           "if not)\n"
           "       central-oauthd --help-config [--markdown]\n"
           "                                      list every setting, those of the plugins too\n"
           "       central-oauthd --version\n"
           "       central-oauthd client add NAME [--scopes link,token,revoke,accounts] [--contact TEXT]\n"
           "                                      [--require-subject [--no-on-behalf-of]]\n"
           "                                      [--links-per-minute N] [--live-links N]\n"
           "                                      [--max-accounts N] [--writes-per-minute N]\n"
           "                                      [--checks-per-minute N]\n"
           "                                      register a client; its key is printed once, alone on "
           "stdout\n"
           "       central-oauthd client list\n"
           "       central-oauthd client remove NAME\n"
           "       central-oauthd client key add CLIENT --name KEY [--scopes link,...] [--expires 90d]\n"
           "                                      give a client another key, printed once, alone on "
           "stdout\n"
           "       central-oauthd client key list CLIENT\n"
           "       central-oauthd client key remove CLIENT KEY_ID\n"
           "                                      client commands run while the daemon is stopped\n";
}

} // namespace central_oauth::app
