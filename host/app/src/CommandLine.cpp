// SPDX-License-Identifier: Apache-2.0
// A fixed grammar: Poco's option parser takes prefixes of options for them, and --daemon even where nobody
// declared it.
#include "central_oauth/app/CommandLine.h"

#include <charconv>
#include <sstream>

namespace central_oauth::app {

namespace {

std::vector<std::string> splitByComma(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');)
        parts.push_back(part);
    return parts;
}

int numberOf(const std::string& option, const std::string& text) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size())
        throw UsageError(option + " takes a whole number.");
    return value;
}

Command parseClientAdd(const std::vector<std::string>& arguments) {
    Command command;
    command.action = Action::clientAdd;
    bool hasName = false;
    for (std::size_t i = 2; i < arguments.size(); ++i) {
        const auto& word = arguments[i];
        if (word.rfind("--", 0) != 0) {
            if (hasName)
                throw UsageError("client add takes one NAME; put quotes around a name with spaces.");
            command.newClient.name = word;
            hasName = true;
            continue;
        }
        if (word != "--scopes" && word != "--links-per-minute" && word != "--live-links")
            throw UsageError("client add has no option " + word + ".");
        if (++i == arguments.size())
            throw UsageError(word + " needs a value.");
        if (word == "--scopes")
            command.newClient.scopes = splitByComma(arguments[i]);
        else
            (word == "--live-links" ? command.newClient.liveLinks : command.newClient.linksPerMinute) =
                numberOf(word, arguments[i]);
    }
    if (!hasName)
        throw UsageError("client add needs a NAME.");
    return command;
}

Command parseClient(const std::vector<std::string>& arguments) {
    const auto verb = arguments.size() > 1 ? arguments[1] : std::string();
    if (verb == "add")
        return parseClientAdd(arguments);
    Command command;
    if (verb == "list" && arguments.size() == 2) {
        command.action = Action::clientList;
        return command;
    }
    if (verb == "remove" && arguments.size() == 3) {
        command.action = Action::clientRemove;
        command.clientName = arguments[2];
        return command;
    }
    throw UsageError("client is followed by add NAME, list, or remove NAME.");
}

} // namespace

Command parseCommandLine(const std::vector<std::string>& arguments) {
    Command command;
    if (arguments.empty())
        return command;
    const auto& first = arguments.front();
    if (first == "client")
        return parseClient(arguments);
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
        throw UsageError("there is no option or command " + first + ".");
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
           "       central-oauthd client add NAME [--scopes link,token,revoke,accounts]\n"
           "                                      [--links-per-minute N] [--live-links N]\n"
           "                                      register a client; its key is printed once, alone on "
           "stdout\n"
           "       central-oauthd client list\n"
           "       central-oauthd client remove NAME\n";
}

} // namespace central_oauth::app
