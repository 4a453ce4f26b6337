// SPDX-License-Identifier: Apache-2.0
// ProgramStart by posix_spawn(3). POSIX.
#include "central_oauth/platform/ProgramStart.h"

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX names it so and declares it nowhere portable

namespace central_oauth::platform {

namespace {

// The environment of the child: none of this process's streams, default signals, its own session.
class SpawnSettings {
public:
    SpawnSettings() {
        posix_spawn_file_actions_init(&_files);
        posix_spawnattr_init(&_attributes);
        posix_spawn_file_actions_addopen(&_files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&_files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&_files, STDOUT_FILENO, STDERR_FILENO);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&_attributes, &signals);
        for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
            sigaddset(&signals, signal);
        posix_spawnattr_setsigdefault(&_attributes, &signals);
        posix_spawnattr_setflags(&_attributes, static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                                                  POSIX_SPAWN_SETSIGMASK));
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&_files);
        posix_spawnattr_destroy(&_attributes);
    }

    [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &_files; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &_attributes; }

private:
    posix_spawn_file_actions_t _files{};
    posix_spawnattr_t _attributes{};
};

std::vector<char*> environmentWithout(std::string_view withheld) {
    std::vector<char*> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view entry = *variable;
        if (entry.substr(0, entry.find('=')) != withheld)
            variables.push_back(*variable);
    }
    variables.push_back(nullptr);
    return variables;
}

} // namespace

std::string systemOpener() {
#ifdef __APPLE__
    return "/usr/bin/open";
#else
    return {};
#endif
}

bool startApart(std::vector<std::string> command, std::string_view withheld) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& word : command)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> variables = environmentWithout(withheld);
    const SpawnSettings settings;
    pid_t process = 0;
    return posix_spawn(&process, arguments.front(), settings.files(), settings.attributes(), arguments.data(),
                       variables.data()) == 0;
}

} // namespace central_oauth::platform
