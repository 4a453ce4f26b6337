// SPDX-License-Identifier: Apache-2.0
// Runs a program under test on a terminal of its own: shows what a person would see, and presses keys. POSIX.
#pragma once

#include "ChildProcess.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace central_oauth::test {

/// How a terminal is set up.
struct TerminalSetup {
    unsigned short rows = 60;
    unsigned short columns = 100;
    bool pipedOutput = false; ///< standard output is a pipe; input and errors are always the terminal
};

/// For a program whose results go to a script while a person watches.
inline constexpr TerminalSetup withPipedOutput{60, 100, true};

/// Runs a program as the leader of a session with a controlling terminal, with exactly the given environment
/// (plus PATH, the options of sanitizers, and TERM=xterm-256color unless it is given).
///
/// The terminal is a pseudo-terminal in its default mode: it echoes keys and turns Ctrl-C into a signal. The
/// destructor kills the program.
///
/// Not thread-safe. Only `waitForText` and `wait` read the program's output; between them the kernel buffers
/// some 4 KiB, and then the program blocks.
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

    /// Blocks until the screen shows `text` after the text that the last call found, and returns all bytes so
    /// far.
    /// Throws: if the program ends or the time runs out first.
    std::string waitForText(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(30));

    /// Presses keys.
    void send(const std::string& keys) const;

    /// Reads to the end and returns the exit code, or 128 + signal if a signal ended the program.
    /// Throws: if the time runs out, also where another process keeps the terminal open.
    int wait(std::chrono::seconds limit = std::chrono::seconds(30));

    /// Returns every byte that has arrived at the terminal, with line ends as the program wrote them.
    [[nodiscard]] std::string screen() const;

    /// Returns every byte that has arrived at standard output, if that is a pipe.
    [[nodiscard]] const std::string& standardOutput() const noexcept { return _output; }

private:
    void read(std::chrono::steady_clock::time_point end);
    void readFrom(int& descriptor, std::string& text);
    [[noreturn]] void fail(const std::string& what) const;

    pid_t _pid = -1;
    std::optional<int> _exitCode;
    int _terminal = -1;   ///< our end; -1 once the program has closed its end
    int _outputPipe = -1; ///< our end; -1 once the program has closed its end
    std::string _screen;
    std::string _output;
    std::size_t _found = 0; ///< end of the text that waitForText found last
};

} // namespace central_oauth::test
