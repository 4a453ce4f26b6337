// SPDX-License-Identifier: Apache-2.0
// A program under test in its own process. POSIX.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace central_oauth::test {

/// Returns what exec and its siblings want: pointers into the texts, and a null pointer.
[[nodiscard]] std::vector<char*> pointersTo(std::vector<std::string>& texts);

/// Runs a program with exactly the given environment (plus PATH, and the options of sanitizers
/// and of wine) and collects
/// its output.
///
/// The destructor kills it.
/// Not thread-safe: one thread uses it; two threads of its own read the pipes.
///
/// Errors: std::runtime_error with the output so far.
class ChildProcess {
public:
    using Environment = std::map<std::string, std::string>;

    ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 const Environment& environment);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Blocks until a line of stdout holds `text`, and returns the first such line.
    /// Throws: if the program ends or the time runs out first.
    [[nodiscard]] std::string waitForLine(const std::string& text,
                                          std::chrono::seconds limit = std::chrono::seconds(30));

    /// Like `waitForLine`, but of stderr.
    [[nodiscard]] std::string waitForErrorLine(const std::string& text,
                                               std::chrono::seconds limit = std::chrono::seconds(30));

    /// Sends a signal; nothing happens if the program has ended.
    void signal(int number) const;

    /// Blocks until the program ends and returns its exit code, or 128 + signal if a signal ended it.
    /// Throws: if the time runs out.
    int wait(std::chrono::seconds limit = std::chrono::seconds(30));

    [[nodiscard]] std::string standardOutput() const;
    [[nodiscard]] std::string standardError() const;
    [[nodiscard]] pid_t pid() const noexcept { return _pid; }

private:
    void readInto(int descriptor, std::string& text);
    std::string waitForLineOf(const std::string& stream, const std::string& text, std::chrono::seconds limit);

    pid_t _pid = -1;
    std::optional<int> _exitCode;
    mutable std::mutex _mutex; ///< guards the texts and _openPipes
    mutable std::condition_variable _changed;
    std::string _output;
    std::string _errors;
    int _openPipes = 2;
    std::thread _outputReader;
    std::thread _errorReader;
};

/// Runs a program to its end.
struct Finished {
    int exitCode = -1;
    std::string output;
    std::string errors;
};
[[nodiscard]] Finished runToEnd(const std::filesystem::path& program,
                                const std::vector<std::string>& arguments,
                                const ChildProcess::Environment& environment,
                                std::chrono::seconds limit = std::chrono::seconds(60));

} // namespace central_oauth::test
