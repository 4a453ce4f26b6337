// SPDX-License-Identifier: Apache-2.0
// Where the program writes: results to one stream, words for the person to the other.
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
/// Borrows the streams. A progress line is rewritten with a carriage return, and only on a terminal; colours
/// are written to the message stream only, and only where `coloured` says so (https://no-color.org/).
///
/// Threads: one.
class Terminal {
public:
    struct Traits {
        bool interactive = false; ///< the error stream is a terminal that understands a carriage return
        bool answers = false;     ///< standard input and error are terminals: a person can be asked
        bool coloured = false;    ///< escape codes for colour are understood and wanted
        bool typed = false;       ///< standard input is a terminal, whether anybody may be asked or not
        std::size_t columns = 80;
    };

    /// How a piece of a message stands out.
    enum class Style { strong, good, bad };

    /// Reads one line from the person, without its end; with `hidden` nothing is shown while it is typed.
    /// Nothing at the end of input. `ready` is called once what is typed from then on is hidden, if it is to
    /// be: the time for the question. Throws: Interrupted.
    using LineReader =
        std::function<std::optional<std::string>(bool hidden, const std::function<void()>& ready)>;

    Terminal(std::ostream& output, std::ostream& messages, Traits traits, LineReader readLine = {})
        : _output(output), _messages(messages), _traits(traits), _readLine(std::move(readLine)) {}

    /// For what a script reads.
    [[nodiscard]] std::ostream& output() noexcept { return _output; }

    /// For what a person reads; a progress line is cleared before.
    [[nodiscard]] std::ostream& messages();

    /// Shows each of these sentences as a warning.
    void warn(const std::vector<std::string>& sentences);

    [[nodiscard]] const Traits& traits() const noexcept { return _traits; }

    /// No question is asked from now on, whatever standard input is.
    void refuseInput() noexcept { _traits.answers = false; }

    /// `text` as it stands out on this terminal; unchanged where there are no colours.
    [[nodiscard]] std::string styled(Style style, const std::string& text) const;

    /// Asks, and reads one line. Nothing: end of input. Requires: traits().answers. Throws: Interrupted.
    [[nodiscard]] std::optional<std::string> ask(const std::string& question, bool hidden = false);

    /// Reads a line without asking, also from a pipe. Nothing: end of input. Throws: Interrupted.
    [[nodiscard]] std::optional<std::string> readLine();

    /// Shows how it is going: on a terminal in place of the last progress line, elsewhere once at all.
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

/// What the process's own standard streams are. Also prepares them for UTF-8 where that needs a call, and
/// makes writing to a closed pipe an error of the stream instead of the end of the process.
[[nodiscard]] Terminal::Traits prepareTerminal();

} // namespace central_oauth::cli
