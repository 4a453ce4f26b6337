// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX and Windows): starts a program apart from this one.
#include "central_oauth/cli/BrowserLauncher.h"

#if defined(_WIN32)
// clang-format off
#include <windows.h>
#include <shellapi.h> // takes types of the other
// clang-format on

#include <Poco/UnicodeConverter.h>
#else
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX names it so and declares it nowhere portable
#endif

namespace central_oauth::cli {

#if defined(_WIN32)

bool startApart(const ProgramCommand& command) {
    std::wstring url;
    Poco::UnicodeConverter::convert(command.back(), url);
    const HINSTANCE result = ShellExecuteW(nullptr, L"open", url.c_str(), nullptr, nullptr, SW_SHOWNORMAL);
    return reinterpret_cast<INT_PTR>(result) > 32; // as its documentation says
}

#else

namespace {

// What the child gets: nothing of our streams, default signals, a session of its own.
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

std::vector<char*> environmentWithoutKey() {
    std::vector<char*> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (std::string_view(*variable).rfind("CENTRAL_OAUTH_CLIENT_KEY=", 0) != 0)
            variables.push_back(*variable);
    variables.push_back(nullptr);
    return variables;
}

} // namespace

bool startApart(const ProgramCommand& command) {
    ProgramCommand words = command;
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> variables = environmentWithoutKey();
    const SpawnSettings settings;
    pid_t process = 0;
    return posix_spawn(&process, arguments.front(), settings.files(), settings.attributes(), arguments.data(),
                       variables.data()) == 0;
}

#endif

} // namespace central_oauth::cli
