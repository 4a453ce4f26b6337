// SPDX-License-Identifier: Apache-2.0
// The program's streams: one for results, the other for messages to the person.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::cli {

/// Standard output, standard error, and whether a person watches the latter and can answer.
///
/// Borrows the streams. A progress line is rewritten with a carriage return, on a terminal only. Colours go
/// to the message stream only, and only if `coloured` is set (https://no-color.org/).
///
/// Not thread-safe.
class Terminal {
public:
    struct Traits {
        bool interactive = false; ///< the error stream is a terminal that understands a carriage return
        bool answers = false;     ///< standard input and error are terminals: a person can be asked
        bool coloured = false;    ///< escape codes for colour are understood and wanted
        bool typed = false;       ///< standard input is a terminal, whether anybody may be asked or not
        std::size_t columns = 80;
    };

    /// How a part of a message stands out.
    enum class Style { strong, good, bad };

    /// Reads one line from the person, without its end; with `hidden` nothing is shown while it is typed.
    /// Calls `ready` when the question may be shown: input is hidden from then on, if it should be. Returns
    /// nullopt at the end of input.
    /// Throws: Interrupted.
    using LineReader =
        std::function<std::optional<std::string>(bool hidden, const std::function<void()>& ready)>;

    Terminal(std::ostream& output, std::ostream& messages, Traits traits, LineReader readLine = {})
        : _output(output), _messages(messages), _traits(traits), _readLine(std::move(readLine)) {}

    /// Returns the stream for what a script reads.
    [[nodiscard]] std::ostream& output() noexcept { return _output; }

    /// Clears the progress line, and returns the stream for what a person reads.
    [[nodiscard]] std::ostream& messages();

    /// Shows each of these sentences as a warning.
    void warn(const std::vector<std::string>& sentences);

    [[nodiscard]] const Traits& traits() const noexcept { return _traits; }

    /// Forbids questions from now on, whatever standard input is.
    void refuseInput() noexcept { _traits.answers = false; }

    /// Returns `text` with the style's colours, or unchanged if this terminal has none.
    [[nodiscard]] std::string styled(Style style, const std::string& text) const;

    /// Asks, and reads one line. Returns nullopt at the end of input.
    /// Requires: traits().answers.
    /// Throws: Interrupted.
    [[nodiscard]] std::optional<std::string> ask(const std::string& question, bool hidden = false);

    /// Reads a line without asking, also from a pipe. Returns nullopt at the end of input.
    /// Throws: Interrupted.
    [[nodiscard]] std::optional<std::string> readLine();

    /// Shows progress: on a terminal in place of the last progress line, elsewhere only the first time.
    void progress(const std::string& line);

    /// Removes the progress line.
    void clearProgress();

private:
    std::ostream& _output;
    std::ostream& _messages;
    Traits _traits;
    LineReader _readLine;
    std::size_t _shown = 0; ///< characters of the progress line on the terminal
    bool _announced = false;
};

/// Returns the traits of the process's standard streams. Prepares them for UTF-8 if that needs a call, and
/// makes a write to a closed pipe an error of the stream instead of the end of the process.
[[nodiscard]] Terminal::Traits prepareTerminal();

} // namespace central_oauth::cli
