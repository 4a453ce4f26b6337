// SPDX-License-Identifier: Apache-2.0
// A program under test on a terminal of its own: what a person would see of it, and keys to press. POSIX.
#pragma once

#include "ChildProcess.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace central_oauth::test {

/// What a terminal is set up with. A value.
struct TerminalSetup {
    unsigned short rows = 60;
    unsigned short columns = 100;
    bool pipedOutput = false; ///< standard output is a pipe; input and errors are always the terminal
};

/// A program of which a script takes the results while a person watches.
inline constexpr TerminalSetup withPipedOutput{60, 100, true};

/// Runs a program as the leader of a session with a controlling terminal, with exactly the given environment
/// (plus PATH, what sanitizers are told, and TERM=xterm-256color unless it is given).
///
/// The terminal is a pseudo-terminal in its default mode: it shows what is typed, and makes a signal of
/// Ctrl-C. The destructor kills the program.
///
/// Threads: one. What the program prints is read by `waitForText` and `wait` only; until then the kernel
/// keeps some 4 KiB, after which the program waits.
///
/// Errors: std::runtime_error with what the screen has shown so far.
class PseudoTerminal {
public:
    static constexpr const char* interrupt = "\x03"; ///< the key Ctrl-C
    static constexpr const char* endOfFile = "\x04"; ///< the key Ctrl-D at the beginning of a line

    PseudoTerminal(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                   const ChildProcess::Environment& environment, const TerminalSetup& setup = {});
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    /// Reads until the screen has shown `text` after what the last call found; all bytes so far.
    /// Throws: if the program ends or the time runs out before.
    std::string waitForText(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(30));

    /// Presses keys.
    void send(const std::string& keys) const;

    /// Reads to the end and returns the exit code, 128 + signal if a signal ended it. Throws: if time runs
    /// out, also where another process keeps the terminal open.
    int wait(std::chrono::seconds limit = std::chrono::seconds(30));

    /// Every byte that has arrived at the terminal, line ends as the program wrote them.
    [[nodiscard]] std::string screen() const;

    /// Every byte that has arrived at standard output where that is a pipe.
    [[nodiscard]] const std::string& standardOutput() const noexcept { return _output; }

private:
    void read(std::chrono::steady_clock::time_point end);
    void readFrom(int& descriptor, std::string& text);
    [[noreturn]] void fail(const std::string& what) const;

    pid_t _pid = -1;
    std::optional<int> _exitCode;
    int _terminal = -1;   ///< our end; -1 after the program's end was closed
    int _outputPipe = -1; ///< the same
    std::string _screen;
    std::string _output;
    std::size_t _found = 0; ///< end of what waitForText has found last
};

} // namespace central_oauth::test
