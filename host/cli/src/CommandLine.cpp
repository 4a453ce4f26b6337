// SPDX-License-Identifier: Apache-2.0
// Parses arguments by the table of commands, and refuses what makes no sense.
#include "central_oauth/cli/CommandLine.h"

#include "CommandOptions.h"
#include "central_oauth/base/Authority.h"
#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/TypedName.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

namespace central_oauth::cli {

namespace {

using Poco::Util::Option;
using Poco::Util::OptionSet;

using Operands = std::vector<std::string>;

constexpr std::size_t longestOperand = 512;

std::chrono::seconds parseSeconds(const std::string& text, const std::string& option, int least, int most) {
    const auto number = base::parseNumber<int>(text);
    if (!number || *number < least || *number > most)
        throw usageFailure("--" + option + " is a number of seconds from " + std::to_string(least) + " to " +
                               std::to_string(most),
                           "token");
    return std::chrono::seconds(*number);
}

TokenFormat parseFormat(const std::string& text) {
    if (const auto format = base::valueIn(tokenFormats, text))
        return *format;
    throw usageFailure(
        "--format can't be " + printable(text, 40) + "; it is raw, json, env, mcp-headers or git", "token");
}

// Parses a host with an optional port; without one, the port depends on git's protocol.
std::string parseHost(const std::string& text) {
    if (!base::Authority::parse(text, base::WebScheme::https))
        throw usageFailure("--git-host needs a host name, with :PORT if git's URL has one", "token");
    return base::lower(text);
}

void takeText(Invocation& invocation, const std::string& option, const std::string& value) {
    if (option == "subject")
        invocation.subject = value;
    else if (option == "label")
        invocation.label = value;
    else if (option == "site")
        invocation.site = value;
    else if (option == "on-behalf-of")
        invocation.onBehalfOf = value;
    else if (option == "provider")
        invocation.provider = base::foldTypedName(value);
    else if (option == "ca")
        invocation.caFile = value;
    else if (option == "account")
        invocation.operand = value;
    else if (option == "format")
        invocation.format = parseFormat(value);
    else if (option == "git-host")
        invocation.gitHost = parseHost(value);
    else if (option == "min-ttl")
        invocation.minTtl = parseSeconds(value, option, 0, static_cast<int>(base::longestMinTtl.count()));
    else if (option == "timeout")
        invocation.timeout = parseSeconds(value, option, 1, 600);
}

void takeFlag(Invocation& invocation, const std::string& option) {
    if (option == "help")
        invocation.command = Command::help;
    else if (option == "json")
        invocation.json = true;
    else if (option == "no-input")
        invocation.noInput = true;
    else if (option == "yes")
        invocation.yes = true;
    else if (option == "cancel")
        invocation.cancel = true;
    else if (option == "browser" || option == "no-browser")
        invocation.browser = option == "browser";
    else if (option == "qr" || option == "no-qr")
        invocation.qr = option == "qr";
}

// Poco also accepts names in another case, prefixes, and ':' for '='. A script that relies on them would
// break with a new option.
void requireExactName(const std::string& argument, const CommandDescription& command) {
    const std::string name = argument.substr(2, argument.find('=') - 2);
    const bool known = std::any_of(command.options.begin(), command.options.end(),
                                   [&](const OptionDescription& option) { return option.name == name; });
    if (argument.rfind("--", 0) != 0 || !known)
        throw usageFailure("there is no option " + printable(argument, 40) + " of " + command.name,
                           command.name);
}

void refuseCredentials(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments)
        if (base::looksLikeCredential(argument) ||
            base::looksLikeCredential(argument.substr(argument.find('=') + 1)))
            throw Failure(ExitCode::usage,
                          "a credential is on the command line, where other users of this machine can see it",
                          "keep the client key with: central-oauth config set client-key (it asks), or in "
                          "CENTRAL_OAUTH_CLIENT_KEY; if it was real, have it replaced");
}

// Reads one command's arguments in order.
class ArgumentReader {
public:
    ArgumentReader(Invocation& invocation, const CommandDescription& command)
        : _invocation(invocation), _command(command), _options(optionSetOf(command)), _processor(_options) {}

    void read(const std::string& argument) {
        const bool option = !_onlyOperands && !_valueAwaited && argument.size() > 1 && argument[0] == '-';
        if (option && argument == "--")
            _onlyOperands = true;
        else if (option && argument == "-h")
            takeFlag(_invocation, "help");
        else if (option || _valueAwaited)
            readOption(argument);
        else
            _operands.push_back(argument);
    }

    [[nodiscard]] Operands finish() {
        _processor.checkRequired();
        return std::move(_operands);
    }

private:
    void readOption(const std::string& argument) {
        if (!_valueAwaited)
            requireExactName(argument, _command);
        std::string name;
        std::string value;
        _processor.process(argument, name, value);
        _valueAwaited = name.empty();
        if (_valueAwaited)
            return;
        if (!_options.getOption(name).takesArgument())
            return takeFlag(_invocation, name);
        if (value.empty())
            throw usageFailure("--" + name + " needs a value", _command.name);
        takeText(_invocation, name, value);
    }

    Invocation& _invocation;
    const CommandDescription& _command;
    OptionSet _options;
    Poco::Util::OptionProcessor _processor;
    Operands _operands;
    bool _valueAwaited = false;
    bool _onlyOperands = false;
};

Operands readArguments(Invocation& invocation, const CommandDescription& command,
                       const std::vector<std::string>& arguments) {
    try {
        ArgumentReader reader(invocation, command);
        std::for_each(arguments.begin(), arguments.end(),
                      [&](const std::string& argument) { reader.read(argument); });
        return reader.finish();
    } catch (const Poco::Util::DuplicateOptionException& error) {
        throw usageFailure("--" + error.message() + " is given twice", command.name);
    } catch (const Poco::Util::MissingArgumentException& error) {
        throw usageFailure("--" + error.message(), command.name); // "min-ttl requires S"
    } catch (const Poco::Util::UnexpectedArgumentException& error) {
        throw usageFailure("an option takes no value: --" + printable(error.message(), 40), command.name);
    }
}

bool isGitAction(const std::string& operand) {
    return operand == "get" || operand == "store" || operand == "erase";
}

// git appends its action to the configured command, so the action is the last operand. A single operand is
// the account only if it can't be an action.
void takeGitAction(Invocation& invocation, Operands& operands) {
    const bool accountGiven = !invocation.operand.empty();
    if (operands.size() == 2 || (operands.size() == 1 && (accountGiven || isGitAction(operands.front())))) {
        invocation.gitAction = operands.back();
        operands.pop_back();
    }
}

void checkOperand(const Invocation& invocation, const CommandDescription& command) {
    const std::string& operand = invocation.operand;
    const auto& choice = command.operandValues;
    const bool named = command.command == Command::login || command.command == Command::help;
    if (base::hasControls(operand) || operand.size() > longestOperand || (named && !isIdentifier(operand)))
        throw usageFailure(printable(operand, 40) + " can't be " + command.operand, command.name);
    if (command.command != Command::help && !choice.empty() &&
        std::find(choice.begin(), choice.end(), operand) == choice.end())
        throw usageFailure(command.name + " knows no " + printable(operand, 40), command.name);
}

void takeOperands(Invocation& invocation, const CommandDescription& command, Operands operands) {
    if (invocation.format == TokenFormat::git)
        takeGitAction(invocation, operands);
    const std::size_t most = command.operand.empty() ? 0 : command.command == Command::config ? 3 : 1;
    if (operands.size() > most)
        throw usageFailure(command.name + " has an argument too many: " + printable(operands[most], 40),
                           command.name);
    if (!operands.empty() && !invocation.operand.empty())
        throw usageFailure("the account is named twice, as an operand and by --account", command.name);
    if (!operands.empty()) {
        // Providers' names are ASCII; AccountSelection compares the names of accounts.
        invocation.operand =
            command.operand == "PROVIDER" ? base::foldTypedName(operands.front()) : operands.front();
        invocation.more.assign(operands.begin() + 1, operands.end());
    }
    const bool required = command.operandRequired && !invocation.cancel;
    if (invocation.operand.empty() && (required || !operands.empty()))
        throw usageFailure(command.name + " needs " + command.operand, command.name);
    if (!invocation.operand.empty())
        checkOperand(invocation, command);
}

bool holdWord(const std::vector<std::string>& arguments, const std::string& word) {
    return std::any_of(arguments.begin(), arguments.end(), [&word](const std::string& argument) {
        return base::lower(argument).find(word) != std::string::npos;
    });
}

bool nameOtherFormat(const std::vector<std::string>& arguments) {
    return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
        const std::string_view option = "--format=";
        const auto value =
            std::string_view(argument).substr(argument.starts_with(option) ? option.size() : 0);
        const auto format = base::valueIn(tokenFormats, value);
        return format && format != TokenFormat::env;
    });
}

} // namespace

Failure usageFailure(const std::string& problem, const std::string& command) {
    return Failure(ExitCode::usage, problem,
                   "see: central-oauth " + (command.empty() ? std::string("--help") : "help " + command));
}

bool isForEval(const std::vector<std::string>& arguments) {
    try {
        const Invocation invocation = parseCommandLine(arguments);
        const bool isOfProgram = arguments.front().starts_with('-');
        return invocation.format == TokenFormat::env || (isOfProgram && holdWord(arguments, "env"));
    } catch (const Failure&) {
        return holdWord(arguments, "env") || (holdWord(arguments, "token") && !nameOtherFormat(arguments));
    }
}

const CommandDescription& getCommand(const std::string& name) {
    const auto& commands = describeCommands();
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const CommandDescription& command) { return name == command.name; });
    if (found == commands.end())
        throw usageFailure("there is no command " + printable(name, 40));
    return *found;
}

OptionSet optionSetOf(const CommandDescription& command) {
    OptionSet options;
    for (const OptionDescription& description : command.options) {
        Option option(description.name, "", description.help);
        if (!description.value.empty())
            option.argument(description.value);
        options.addOption(option);
    }
    return options;
}

Invocation parseCommandLine(const std::vector<std::string>& arguments) {
    refuseCredentials(arguments);
    if (arguments.empty())
        throw usageFailure("no command given");
    Invocation invocation;
    if (arguments.front() == "--help" || arguments.front() == "-h")
        return invocation;
    if (arguments.front() == "--version") {
        invocation.command = Command::version;
        return invocation;
    }
    const CommandDescription& command = getCommand(arguments.front());
    invocation.command = command.command;
    Operands operands = readArguments(invocation, command, {arguments.begin() + 1, arguments.end()});
    if (invocation.command == Command::help && command.command != Command::help) {
        invocation.operand = command.name;
        return invocation;
    }
    takeOperands(invocation, command, std::move(operands));
    return invocation;
}

} // namespace central_oauth::cli
