// SPDX-License-Identifier: Apache-2.0
// Uses the environment like other programs of a desktop.
#include "central_oauth/cli/BrowserLauncher.h"

#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/ProgramStart.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

namespace central_oauth::cli {

namespace {

namespace fs = std::filesystem;

bool isSet(const VariableLookup& variable, const char* name) {
    return !variable(name).value_or("").empty();
}

bool isRemote(const VariableLookup& variable) {
    return isSet(variable, "SSH_CONNECTION") || isSet(variable, "SSH_TTY") || isSet(variable, "SSH_CLIENT");
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        if (!part.empty())
            parts.push_back(part);
    return parts;
}

bool isExecutable(const fs::path& path) {
    constexpr fs::perms anybody = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    return !error && fs::is_regular_file(status) && (status.permissions() & anybody) != fs::perms::none;
}

// Returns the program's full path, or an empty text if there is none. Skips parts of PATH that are not
// absolute, so that no program of the working directory runs by accident.
std::string findProgram(const VariableLookup& variable, const std::string& name) {
    if (name.find('/') != std::string::npos)
        return base::pathOf(name).is_absolute() && isExecutable(base::pathOf(name)) ? name : "";
    for (const std::string& folder : split(variable("PATH").value_or(""), ':'))
        if (const fs::path path = base::pathOf(folder) / base::pathOf(name);
            path.is_absolute() && isExecutable(path))
            return base::pathText(path);
    return {};
}

// Returns the command of one entry of BROWSER: a program and arguments between blanks, with or without a
// place for the URL.
ProgramCommand commandOf(const VariableLookup& variable, const std::string& entry, const std::string& url) {
    ProgramCommand command = split(entry, ' ');
    if (command.empty())
        return {};
    command.front() = findProgram(variable, command.front());
    if (command.front().empty())
        return {};
    bool isPlaced = false;
    for (auto word = command.begin() + 1; word != command.end(); ++word)
        if (const std::size_t place = word->find("%s"); place != std::string::npos) {
            word->replace(place, 2, url);
            isPlaced = true;
        }
    if (!isPlaced)
        command.push_back(url);
    return command;
}

} // namespace

ProgramCommand browserCommand(const VariableLookup& variable, const std::string& url, bool evenOverSsh) {
    if (isRemote(variable) && !evenOverSsh)
        return {};
    if (auto opener = platform::systemOpener(); !opener.empty())
        return {std::move(opener), url};
    if (!isSet(variable, "DISPLAY") && !isSet(variable, "WAYLAND_DISPLAY"))
        return {};
    std::vector<std::string> entries = split(variable("BROWSER").value_or(""), ':');
    entries.emplace_back("xdg-open");
    for (const std::string& entry : entries)
        if (ProgramCommand command = commandOf(variable, entry, url); !command.empty())
            return command;
    return {};
}

bool startApart(const ProgramCommand& command) {
    return platform::startApart(command, "CENTRAL_OAUTH_CLIENT_KEY");
}

} // namespace central_oauth::cli
