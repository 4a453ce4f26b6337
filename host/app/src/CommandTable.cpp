// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/CommandTable.h"

#include "central_oauth/base/Text.h"

#include <algorithm>

namespace central_oauth::app {

namespace {

constexpr std::size_t widest = 100;

std::vector<CommandForm> clientCommands() {
    return {
        {.action = Action::clientAdd,
         .words = {"client", "add"},
         .operands = {"NAME"},
         .options = {{"--scopes", "link,token,revoke,accounts"},
                     {"--contact", "TEXT"},
                     {"--require-subject"},
                     {.name = "--no-on-behalf-of", .needs = "--require-subject"},
                     {"--links-per-minute", "N"},
                     {"--live-links", "N"},
                     {"--max-accounts", "N"},
                     {"--writes-per-minute", "N"},
                     {"--checks-per-minute", "N"}},
         .effect = "register a client; its key is printed once, alone on stdout"},
        {.action = Action::clientList, .words = {"client", "list"}, .effect = "list the clients"},
        {.action = Action::clientRemove,
         .words = {"client", "remove"},
         .operands = {"NAME"},
         .options = {{"--yes"}},
         .effect = "remove a client with its keys, links and accounts; says what goes, and asks"},
        {.action = Action::clientKeyAdd,
         .words = {"client", "key", "add"},
         .operands = {"CLIENT"},
         .options = {{"--name", "KEY", true}, {"--scopes", "link,..."}, {"--expires", "90d"}},
         .effect = "give a client another key, printed once, alone on stdout"},
        {.action = Action::clientKeyList,
         .words = {"client", "key", "list"},
         .operands = {"CLIENT"},
         .effect = "list the keys of a client, and what they descend from"},
        {.action = Action::clientKeyRemove,
         .words = {"client", "key", "remove"},
         .operands = {"CLIENT", "KEY_ID"},
         .options = {{"--keep-issued"}, {"--yes"}},
         .effect = "end a key and what it issued; asks first; --keep-issued ends the key alone",
         .operandsAsTyped = true},
    };
}

std::vector<CommandForm> allCommands() {
    std::vector<CommandForm> all{
        {.action = Action::checkConfig,
         .words = {"--check-config"},
         .effect = "check the configuration and exit (78 if it is wrong)"},
        {.action = Action::checkPlugin,
         .words = {"--check-plugin"},
         .operands = {"FILE"},
         .effect = "say whether a plugin can be loaded, and what it takes (78 if not)"},
        {.action = Action::helpConfig,
         .words = {"--help-config"},
         .options = {{"--markdown"}},
         .effect = "list every setting, those of the plugins too"},
        {.action = Action::version, .words = {"--version"}, .effect = "print the version"},
        {.action = Action::help,
         .words = {"--help"},
         .effect = "print this; behind a command, how that one is typed"},
    };
    for (auto& command : clientCommands())
        all.push_back(std::move(command));
    all.push_back({.action = Action::keysAdd,
                   .words = {"keys", "add"},
                   .effect = "put a new encryption key before the others in the file that holds them"});
    return all;
}

std::string textOf(const OptionForm& option) {
    const auto text = option.value.empty() ? option.name : option.name + ' ' + option.value;
    return option.required ? text : '[' + text + ']';
}

// Adds `part` to the line, or begins a new line with `indent` if the line would be too long.
void append(std::string& text, std::size_t& column, const std::string& part, const std::string& indent) {
    if (column + 1 + part.size() > widest) {
        text += '\n' + indent + part;
        column = indent.size() + part.size();
        return;
    }
    text += ' ' + part;
    column += 1 + part.size();
}

// Returns usage and effect, on two lines or more. `lead` is as long as "usage: ".
std::string helpOf(const CommandForm& form, const std::string& lead) {
    std::string text = lead + "central-oauthd " + nameOf(form);
    std::size_t column = text.size();
    const std::string indent(22, ' ');
    for (const auto& operand : form.operands)
        append(text, column, operand, indent);
    for (const auto& option : form.options)
        append(text, column, textOf(option), indent);
    return text + "\n                      " + form.effect + '\n';
}

bool beginsWith(const CommandForm& form, const std::vector<std::string>& words) {
    return words.size() <= form.words.size() && std::equal(words.begin(), words.end(), form.words.begin());
}

} // namespace

const std::vector<CommandForm>& describeCommands() {
    static const std::vector<CommandForm> commands = allCommands();
    return commands;
}

std::string nameOf(const CommandForm& form) {
    return base::join(form.words, " ");
}

std::string usageOf(const CommandForm& form) {
    std::string text = nameOf(form);
    for (const auto& operand : form.operands)
        text += ' ' + operand;
    for (const auto& option : form.options)
        text += ' ' + textOf(option);
    return text;
}

std::string usageText(const std::vector<std::string>& words) {
    const std::string first = "usage: ";
    const std::string further(first.size(), ' ');
    std::string text = words.empty() ? first + "central-oauthd\n" + std::string(22, ' ') +
                                           "serve, configured by the environment\n"
                                     : "";
    bool hasClients = false;
    for (const auto& form : describeCommands()) {
        if (!beginsWith(form, words))
            continue;
        text += helpOf(form, text.empty() ? first : further);
        hasClients = hasClients || form.words.front() == "client";
    }
    return text + (hasClients ? "Client commands run while the daemon is stopped.\n" : "");
}

} // namespace central_oauth::app
