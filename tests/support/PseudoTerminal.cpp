// SPDX-License-Identifier: Apache-2.0
// forkpty and poll. POSIX.
#include "PseudoTerminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <util.h>
#else
#include <pty.h>
#endif

namespace central_oauth::test {

namespace {

constexpr int cannotRun = 127; // the exit code of a shell in this case

std::vector<std::string> wholeEnvironment(const ChildProcess::Environment& given) {
    ChildProcess::Environment all{{"PATH", "/usr/bin:/bin"}, {"TERM", "xterm-256color"}};
    for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name))
            all[name] = value;
    }
    for (const auto& [name, value] : given)
        all[name] = value;
    std::vector<std::string> texts;
    for (const auto& [name, value] : all)
        texts.push_back(name + "=" + value);
    return texts;
}

// Runs in the child: only calls that are safe between fork and exec.
[[noreturn]] void becomeProgram(char* const* argv, char* const* envp, int outputEnd) {
    // A plain shell lets its background jobs ignore SIGINT.
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        (void)::signal(number, SIG_DFL);
    if (outputEnd < 0 || ::dup2(outputEnd, STDOUT_FILENO) >= 0)
        ::execve(argv[0], argv, envp);
    ::_exit(cannotRun);
}

} // namespace

PseudoTerminal::PseudoTerminal(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments,
                               const ChildProcess::Environment& environment, const TerminalSetup& setup) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = wholeEnvironment(environment);
    const auto argv = pointersTo(words);
    const auto envp = pointersTo(variables);
    std::array<int, 2> ends{-1, -1};
    if (setup.pipedOutput && ::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    winsize size{};
    size.ws_row = setup.rows;
    size.ws_col = setup.columns;
    _pid = ::forkpty(&_terminal, nullptr, nullptr, &size);
    if (_pid == 0)
        becomeProgram(argv.data(), envp.data(), ends[1]);
    const int fault = errno;
    if (ends[1] >= 0)
        ::close(ends[1]);
    _outputPipe = ends[0];
    if (_pid < 0)
        throw std::runtime_error(std::string("forkpty: ") + std::strerror(fault));
    (void)::fcntl(_terminal, F_SETFD, FD_CLOEXEC);
}

PseudoTerminal::~PseudoTerminal() {
    if (!_exitCode) {
        ::kill(_pid, SIGKILL);
        ::waitpid(_pid, nullptr, 0);
    }
    for (const int descriptor : {_terminal, _outputPipe}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

std::string PseudoTerminal::waitForText(const std::string& text, std::chrono::seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto at = _screen.find(text, _found);
        if (at != std::string::npos) {
            _found = at + text.size();
            return screen();
        }
        if (_terminal < 0)
            fail("the program ended without \"" + text + "\"");
        if (std::chrono::steady_clock::now() >= end)
            fail("no \"" + text + "\" in time");
        read(end);
    }
}

void PseudoTerminal::send(const std::string& keys) const {
    std::size_t sent = 0;
    while (sent < keys.size()) {
        const auto count = ::write(_terminal, keys.data() + sent, keys.size() - sent);
        if (count < 0 && errno != EINTR)
            fail(std::string("keys could not be sent: ") + std::strerror(errno));
        sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

int PseudoTerminal::wait(std::chrono::seconds limit) {
    if (_exitCode)
        return *_exitCode;
    const auto end = std::chrono::steady_clock::now() + limit;
    // The terminal closes when the program ends, so nothing polls for the exit.
    while (_terminal >= 0 || _outputPipe >= 0) {
        if (std::chrono::steady_clock::now() >= end)
            fail("the program did not end");
        read(end);
    }
    int status = 0;
    ::waitpid(_pid, &status, 0);
    constexpr int signalBase = 128;
    _exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : signalBase + WTERMSIG(status);
    return *_exitCode;
}

std::string PseudoTerminal::screen() const {
    std::string text;
    for (std::size_t i = 0; i < _screen.size(); ++i) {
        // The terminal adds the carriage return (ONLCR).
        if (_screen[i] != '\r' || i + 1 == _screen.size() || _screen[i + 1] != '\n')
            text += _screen[i];
    }
    return text;
}

void PseudoTerminal::read(std::chrono::steady_clock::time_point end) {
    std::array<pollfd, 2> watched{{{_terminal, POLLIN, 0}, {_outputPipe, POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int ready = ::poll(watched.data(), watched.size(), std::max(static_cast<int>(left.count()), 0));
    if (ready <= 0)
        return;
    if (watched[0].revents != 0)
        readFrom(_terminal, _screen);
    if (watched[1].revents != 0)
        readFrom(_outputPipe, _output);
}

void PseudoTerminal::readFrom(int& descriptor, std::string& text) {
    std::array<char, 4096> buffer{};
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) { // Linux reports EIO once no process has the other end open
        ::close(descriptor);
        descriptor = -1;
    }
}

void PseudoTerminal::fail(const std::string& what) const {
    throw std::runtime_error(what + "; the screen:\n" + screen() + "\nstandard output:\n" + _output);
}

} // namespace central_oauth::test
