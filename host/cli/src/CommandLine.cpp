// SPDX-License-Identifier: Apache-2.0
// One table of commands and options, from which both parsing and help come.
#include "central_oauth/cli/CommandLine.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>

namespace central_oauth::cli {

namespace {

using Poco::Util::Option;
using Poco::Util::OptionSet;

struct CommandSpec {
    Command command;
    const char* name;
    const char* operand; ///< its name in the usage; empty: none
    bool operandRequired;
    const char* summary;
    const char* details;
};

constexpr CommandSpec commandSpecs[] = {
    {Command::login, "login", "PROVIDER", true,
     "link an account: shows a code, waits for approval in a browser",
     "The account's id is the only line on standard output."},
    {Command::token, "token", "ACCOUNT", false, "print an access token and nothing else",
     "ACCOUNT may be left out if exactly one account is linked."},
    {Command::accounts, "accounts", "", false, "list the linked accounts", ""},
    {Command::revoke, "revoke", "ACCOUNT", true, "delete an account at the server", ""},
    {Command::help, "help", "COMMAND", false, "explain a command", ""},
};

constexpr const char* surroundings =
    "\nEnvironment:\n"
    "  CENTRAL_OAUTH_CLIENT_KEY  the client key (cok_...), from: central-oauthd client add NAME\n"
    "  CENTRAL_OAUTH_URL         the server; default http://127.0.0.1:8080\n"
    "  HTTPS_PROXY, NO_PROXY     honoured for https servers\n"
    "\nExit status:\n"
    "  0 done, 1 link needed, 2 grant dead: link again, 3 server unreachable or busy,\n"
    "  4 declined or expired, 5 key refused, 6 unknown account, 64 wrong usage,\n"
    "  70 unexpected, 130 interrupted\n";

Failure usageFailure(const std::string& problem, const std::string& command = {}) {
    return Failure(ExitCode::usage, problem,
                   "see: central-oauth " + (command.empty() ? std::string("--help") : "help " + command));
}

const CommandSpec* findSpec(const std::string& name) {
    const auto* found = std::find_if(std::begin(commandSpecs), std::end(commandSpecs),
                                     [&](const CommandSpec& spec) { return name == spec.name; });
    return found == std::end(commandSpecs) ? nullptr : found;
}

const CommandSpec& getSpec(const std::string& name) {
    const CommandSpec* spec = findSpec(name);
    if (spec == nullptr)
        throw usageFailure("there is no command " + printable(name, 40));
    return *spec;
}

Option valueOption(const char* name, const char* value, const char* help) {
    return Option(name, "", help).argument(value);
}

OptionSet optionsOf(Command command) {
    OptionSet options;
    if (command == Command::login) {
        options.addOption(valueOption("subject", "S", "your own id of the user whom the account is for"));
        options.addOption(valueOption("label", "L", "a note that the approval page shows"));
        options.addOption(valueOption("site", "SITE", "cloud id or URL of the site; skips choosing one"));
        options.addOption(Option("qr", "", "show the QR code even if this is no terminal"));
        options.addOption(Option("no-qr", "", "show no QR code"));
    } else if (command == Command::token) {
        options.addOption(valueOption("min-ttl", "S", "seconds that the token must still live"));
    } else if (command == Command::accounts) {
        options.addOption(valueOption("provider", "P", "only accounts of this provider"));
        options.addOption(valueOption("subject", "S", "only accounts of this subject"));
    }
    if (command != Command::help)
        options.addOption(valueOption("ca", "FILE", "trust these certificates (PEM), too"));
    options.addOption(Option("help", "", "show this help"));
    return options;
}

std::chrono::seconds parseSeconds(const std::string& text) {
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.empty() || text.size() > 6 || !digits)
        throw usageFailure("--min-ttl needs a whole number of seconds", "token");
    return std::chrono::seconds(std::stol(text));
}

void apply(Invocation& invocation, const std::string& option, const std::string& value) {
    if (option == "help")
        invocation.command = Command::help;
    else if (option == "subject")
        invocation.subject = value;
    else if (option == "label")
        invocation.label = value;
    else if (option == "site")
        invocation.site = value;
    else if (option == "provider")
        invocation.provider = value;
    else if (option == "ca")
        invocation.caFile = value;
    else if (option == "min-ttl")
        invocation.minTtl = parseSeconds(value);
    else
        invocation.qr = option == "qr";
}

// Poco also takes other cases, beginnings of names and ':' for '='. A script that relied on those would break
// with the next option.
void requireExactName(const std::string& argument, const OptionSet& options, const CommandSpec& spec) {
    const std::string name = argument.substr(2, argument.find('=') - 2);
    const bool known = std::any_of(options.begin(), options.end(),
                                   [&](const Option& option) { return option.fullName() == name; });
    if (argument.rfind("--", 0) != 0 || !known)
        throw usageFailure("there is no option " + printable(argument, 40) + " of " + spec.name, spec.name);
}

void refuseCredentials(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments)
        if (looksLikeCredential(argument) || looksLikeCredential(argument.substr(argument.find('=') + 1)))
            throw Failure(
                ExitCode::usage,
                "a credential is on the command line, where other users of this machine can see it",
                "put the client key into CENTRAL_OAUTH_CLIENT_KEY; if it was real, have it replaced");
}

std::vector<std::string> readOptions(Invocation& invocation, const CommandSpec& spec,
                                     const std::vector<std::string>& arguments) {
    const OptionSet options = optionsOf(spec.command);
    Poco::Util::OptionProcessor processor(options);
    std::vector<std::string> operands;
    bool valueAwaited = false;
    bool onlyOperands = false;
    for (const std::string& argument : arguments) {
        const bool option = !onlyOperands && !valueAwaited && argument.size() > 1 && argument[0] == '-';
        if (option && argument == "--") {
            onlyOperands = true;
            continue;
        }
        if (!option && !valueAwaited) {
            operands.push_back(argument);
            continue;
        }
        if (option)
            requireExactName(argument, options, spec);
        std::string name;
        std::string value;
        processor.process(argument, name, value);
        valueAwaited = name.empty();
        if (valueAwaited)
            continue;
        if (value.empty() && options.getOption(name).takesArgument())
            throw usageFailure("--" + name + " needs a value", spec.name);
        apply(invocation, name, value);
    }
    processor.checkRequired();
    return operands;
}

void takeOperand(Invocation& invocation, const CommandSpec& spec, const std::vector<std::string>& operands) {
    const std::size_t most = spec.operand[0] == '\0' ? 0 : 1;
    if (operands.size() > most)
        throw usageFailure(std::string(spec.name) +
                               " has an argument too many: " + printable(operands[most], 40),
                           spec.name);
    if (!operands.empty())
        invocation.operand = operands.front();
    if (invocation.operand.empty() && (spec.operandRequired || !operands.empty()))
        throw usageFailure(std::string(spec.name) + " needs " + spec.operand, spec.name);
    if (spec.command != Command::help && !invocation.operand.empty() && !isIdentifier(invocation.operand))
        throw usageFailure(printable(invocation.operand, 40) + " can't be " + spec.operand, spec.name);
}

std::string overview() {
    std::string text =
        "usage: central-oauth COMMAND [OPTIONS]\n\nLinks accounts to a Central OAuth server and "
        "gets access tokens from it.\n\nCommands:\n";
    for (const CommandSpec& spec : commandSpecs) {
        std::string left = std::string("  ") + spec.name + ' ' + spec.operand;
        left.resize(std::max<std::size_t>(left.size() + 1, 20), ' ');
        text += left + spec.summary + '\n';
    }
    return text + "  --version         show the version\n" + surroundings;
}

} // namespace

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
    const CommandSpec& spec = getSpec(arguments.front());
    invocation.command = spec.command;
    std::vector<std::string> operands;
    try {
        operands = readOptions(invocation, spec, {arguments.begin() + 1, arguments.end()});
    } catch (const Poco::Util::DuplicateOptionException& error) {
        throw usageFailure("--" + error.message() + " is given twice", spec.name);
    } catch (const Poco::Util::MissingArgumentException& error) {
        throw usageFailure("--" + error.message(), spec.name); // "min-ttl requires S"
    } catch (const Poco::Util::UnexpectedArgumentException& error) {
        throw usageFailure("an option takes no value: --" + printable(error.message(), 40), spec.name);
    }
    if (invocation.command == Command::help && spec.command != Command::help) {
        invocation.operand = spec.name;
        return invocation;
    }
    takeOperand(invocation, spec, operands);
    return invocation;
}

std::string helpText(const std::string& command) {
    if (command.empty())
        return overview();
    const CommandSpec& spec = getSpec(command);
    const OptionSet options = optionsOf(spec.command);
    Poco::Util::HelpFormatter formatter(options);
    formatter.setUnixStyle(true);
    formatter.setAutoIndent();
    formatter.setWidth(100);
    formatter.setCommand(std::string("central-oauth ") + spec.name);
    const std::string operand = spec.operand;
    formatter.setUsage((operand.empty() || spec.operandRequired ? operand : "[" + operand + "]") +
                       (operand.empty() ? "[OPTIONS]" : " [OPTIONS]"));
    std::string summary = spec.summary;
    summary.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(summary.front())));
    formatter.setHeader("\n" + summary + "." + (*spec.details == '\0' ? "" : " ") + spec.details);
    std::ostringstream text;
    formatter.format(text);
    return text.str();
}

std::string versionText() {
    return "central-oauth " CENTRAL_OAUTH_VERSION;
}

} // namespace central_oauth::cli
