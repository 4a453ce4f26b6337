// SPDX-License-Identifier: Apache-2.0
// A fixed grammar, because Poco's option parser accepts prefixes of options, and an undeclared --daemon.
#include "central_oauth/app/CommandLine.h"

#include "ClientArguments.h"
#include "CommandWords.h"
#include "central_oauth/app/CommandTable.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace central_oauth::app {

namespace {

// Returns how many words of the command's name the arguments begin with.
std::size_t commonWords(const CommandForm& form, const std::vector<std::string>& arguments) {
    const auto end =
        form.words.begin() + static_cast<std::ptrdiff_t>(std::min(form.words.size(), arguments.size()));
    return static_cast<std::size_t>(std::mismatch(form.words.begin(), end, arguments.begin()).first -
                                    form.words.begin());
}

const CommandForm* findForm(const std::vector<std::string>& arguments) {
    for (const auto& form : describeCommands())
        if (commonWords(form, arguments) == form.words.size())
            return &form;
    return nullptr;
}

// Throws "client key is followed by add CLIENT --name KEY, list CLIENT, or …" for the longest known
// beginning.
[[noreturn]] void refuseUnknown(const std::vector<std::string>& arguments) {
    std::size_t known = 0;
    for (const auto& form : describeCommands())
        known = std::max(known, commonWords(form, arguments));
    if (known == 0)
        throw UsageError("there is no option or command " +
                         base::displayText(arguments.front(), longestShown) + ".");
    const auto end = arguments.begin() + static_cast<std::ptrdiff_t>(known);
    const std::string begin = base::join(std::vector<std::string>(arguments.begin(), end), " ");
    std::vector<std::string> rest;
    for (const auto& form : describeCommands())
        if (commonWords(form, arguments) == known)
            rest.push_back(shortUsageOf(form).substr(begin.size() + 1));
    throw UsageError(begin + " is followed by " + joinedByOr(rest) + '.');
}

// Returns the first words of the commands whose help is asked for, or nullopt.
std::optional<std::vector<std::string>> findHelpWords(const CommandForm* form,
                                                      const std::vector<std::string>& arguments) {
    if (form != nullptr)
        return CommandWords::askForHelp(*form, arguments) ? std::optional(form->words) : std::nullopt;
    for (const auto& known : describeCommands()) {
        const auto common = commonWords(known, arguments);
        if (common > 0 && common < arguments.size() && isHelp(arguments[common]))
            return std::vector<std::string>(known.words.begin(),
                                            known.words.begin() + static_cast<std::ptrdiff_t>(common));
    }
    return std::nullopt;
}

} // namespace

Command parseCommandLine(const std::vector<std::string>& arguments) {
    Command command;
    if (arguments.empty())
        return command;
    const auto& first = arguments.front();
    if (first == "--daemon" || first == "--umask" || first == "--pidfile")
        throw UsageError(first +
                         " is not offered: run under systemd or another supervisor, in the foreground.");
    if (first == "-h") {
        auto same = arguments;
        same.front() = "--help";
        return parseCommandLine(same);
    }
    const auto* form = findForm(arguments);
    if (auto words = findHelpWords(form, arguments)) {
        command.action = Action::help;
        command.helpWords = std::move(*words);
        return command;
    }
    if (form == nullptr)
        refuseUnknown(arguments);
    const auto words = CommandWords::read(*form, arguments);
    command.action = form->action;
    if (form->action == Action::checkPlugin)
        command.pluginFile = words.operand(0);
    else if (form->action == Action::helpConfig)
        command.markdown = words.has("--markdown");
    else if (form->words.front() == "client")
        readClientArguments(words, command);
    return command;
}

} // namespace central_oauth::app
