// SPDX-License-Identifier: Apache-2.0
// What the daemon was asked to do on its command line.
//
// Module app: lifecycle and composition. Uses every other module; nothing uses it.
#pragma once

#include "central_oauth/services/clients/ClientService.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::app {

/// Exit codes (`sysexits.h` where one fits).
enum ExitCode : int {
    exitOk = 0,
    exitUsage = 64,
    exitCannotBind = 69,
    exitInternal = 70,
    exitStore = 74,
    exitOutput = 74, ///< EX_IOERR, as exitStore
    exitLocked = 75,
    exitConfiguration = 78,
};

enum class Action {
    serve,
    help,
    helpConfig,
    checkConfig,
    checkPlugin,
    version,
    clientAdd,
    clientList,
    clientRemove,
    clientKeyAdd,
    clientKeyList,
    clientKeyRemove,
    keysAdd
};

struct Command {
    Action action = Action::serve;
    domain::NewClient newClient;        ///< for clientAdd
    std::string clientName;             ///< for clientRemove and all of clientKey…
    domain::NewKey newKey;              ///< for clientKeyAdd
    std::string keyId;                  ///< for clientKeyRemove
    bool keepIssued = false;            ///< for clientKeyRemove: what the key issued stays
    bool yes = false;                   ///< for clientRemove and clientKeyRemove: do not ask
    std::string pluginFile;             ///< for checkPlugin
    bool markdown = false;              ///< for helpConfig
    std::vector<std::string> helpWords; ///< for help: first words of the commands; empty for all
};

/// Thrown for a wrong command line; what() says what is wrong.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Parses the arguments after the program's name. --help or -h after a command, or after the first words of
/// one, asks for the help of these commands; as the value of an option it does not.
/// Throws: UsageError.
[[nodiscard]] Command parseCommandLine(const std::vector<std::string>& arguments);

/// Returns usage and effect of every command that begins with these words.
[[nodiscard]] std::string usageText(const std::vector<std::string>& words = {});

} // namespace central_oauth::app
