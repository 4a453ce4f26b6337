// SPDX-License-Identifier: Apache-2.0
// Where the program writes: results to one stream, words for the person to the other.
#pragma once

#include <ostream>
#include <string>

namespace central_oauth::cli {

/// Standard output, standard error, and whether a person watches the latter.
///
/// Borrows both streams. No colours and no escape codes are ever written (https://no-color.org/): a progress
/// line is rewritten with a carriage return, and only on a terminal.
///
/// Threads: one.
class Terminal {
public:
    struct Traits {
        bool interactive = false; ///< the error stream is a terminal that understands a carriage return
        std::size_t columns = 80;
    };

    Terminal(std::ostream& output, std::ostream& messages, Traits traits)
        : _output(output), _messages(messages), _traits(traits) {}

    /// For what a script reads.
    [[nodiscard]] std::ostream& output() noexcept { return _output; }

    /// For what a person reads; a progress line is cleared before.
    [[nodiscard]] std::ostream& messages();

    [[nodiscard]] const Traits& traits() const noexcept { return _traits; }

    /// Shows how it is going: on a terminal in place of the last progress line, elsewhere once at all.
    void progress(const std::string& line);

    /// Removes the progress line.
    void clearProgress();

private:
    std::ostream& _output;
    std::ostream& _messages;
    Traits _traits;
    std::size_t _shown = 0; ///< characters of the progress line on the terminal
    bool _announced = false;
};

/// What the process's own standard error is. Also prepares both streams for UTF-8 where that needs a call,
/// and makes writing to a closed pipe an error of the stream instead of the end of the process.
[[nodiscard]] Terminal::Traits prepareTerminal();

} // namespace central_oauth::cli
