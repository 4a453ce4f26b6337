// SPDX-License-Identifier: Apache-2.0
// Spawning, reading and ending a child. POSIX.
#include "ChildProcess.h"

#include "ProgramsUnderTest.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace central_oauth::test {

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

namespace {

std::array<int, 2> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    return ends;
}

// A plain shell lets its background jobs ignore SIGINT, and their children inherit that.
void setDefaultSignals(posix_spawnattr_t& attributes) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        sigaddset(&signals, number);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
}

} // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const Environment& environment) {
    std::vector<std::string> argv{program.string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    std::vector<std::string> envp{"PATH=/usr/bin:/bin"};
    for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "WINEPREFIX"}) {
        if (const char* value = std::getenv(name))
            envp.push_back(std::string(name) + "=" + value);
    }
    for (const auto& [name, value] : environment)
        envp.push_back(name + "=" + value);

    const auto output = makePipe();
    const auto errors = makePipe();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    setDefaultSignals(attributes);
    const int fault = posix_spawn(&_pid, program.c_str(), &actions, &attributes, pointersTo(argv).data(),
                                  pointersTo(envp).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(output[1]);
    ::close(errors[1]);
    if (fault != 0) {
        ::close(output[0]);
        ::close(errors[0]);
        throw std::runtime_error("can't start " + program.string() + ": " + std::strerror(fault));
    }
    _outputReader = std::thread([this, end = output[0]] { readInto(end, _output); });
    _errorReader = std::thread([this, end = errors[0]] { readInto(end, _errors); });
}

ChildProcess::~ChildProcess() {
    signal(SIGKILL);
    if (!_exitCode)
        ::waitpid(_pid, nullptr, 0);
    _outputReader.join();
    _errorReader.join();
}

void ChildProcess::readInto(int descriptor, std::string& text) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        const std::lock_guard hold(_mutex);
        if (count <= 0) {
            --_openPipes;
            _changed.notify_all();
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        _changed.notify_all();
    }
    ::close(descriptor);
}

std::string ChildProcess::waitForLine(const std::string& text, std::chrono::seconds limit) {
    return waitForLineOf(_output, text, limit);
}

std::string ChildProcess::waitForErrorLine(const std::string& text, std::chrono::seconds limit) {
    return waitForLineOf(_errors, text, limit);
}

std::string ChildProcess::waitForLineOf(const std::string& stream, const std::string& text,
                                        std::chrono::seconds limit) {
    std::unique_lock hold(_mutex);
    std::string line;
    const auto isThere = [&] {
        std::size_t begin = 0;
        for (auto end = stream.find('\n'); end != std::string::npos; end = stream.find('\n', begin)) {
            line = stream.substr(begin, end - begin);
            if (line.find(text) != std::string::npos)
                return true;
            begin = end + 1;
        }
        return false;
    };
    _changed.wait_for(hold, limit, [&] { return isThere() || _openPipes == 0; });
    if (!isThere())
        throw std::runtime_error("no line with \"" + text + "\" from process; stdout:\n" + _output +
                                 "\nstderr:\n" + _errors);
    return line;
}

void ChildProcess::signal(int number) const {
    // SIGINT is Ctrl-C for a Windows program, and no other signal asks it to end.
    const bool isRequestToEnd = number == SIGTERM && areWindowsPrograms();
    if (!_exitCode)
        ::kill(_pid, isRequestToEnd ? SIGINT : number);
}

int ChildProcess::wait(std::chrono::seconds limit) {
    if (_exitCode)
        return *_exitCode;
    {
        // Both pipes close when the program ends, so nothing polls for the exit.
        std::unique_lock hold(_mutex);
        if (!_changed.wait_for(hold, limit, [this] { return _openPipes == 0; }))
            throw std::runtime_error("process did not end; stdout:\n" + _output + "\nstderr:\n" + _errors);
    }
    int status = 0;
    ::waitpid(_pid, &status, 0);
    constexpr int signalBase = 128;
    _exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : signalBase + WTERMSIG(status);
    return *_exitCode;
}

std::string ChildProcess::standardOutput() const {
    const std::lock_guard hold(_mutex);
    return _output;
}

std::string ChildProcess::standardError() const {
    const std::lock_guard hold(_mutex);
    return _errors;
}

Finished runToEnd(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                  const ChildProcess::Environment& environment, std::chrono::seconds limit) {
    ChildProcess process(program, arguments, environment);
    const int code = process.wait(limit);
    return {code, process.standardOutput(), process.standardError()};
}

} // namespace central_oauth::test
