// SPDX-License-Identifier: Apache-2.0
// What the short commands print and ask: standard output that is checked, and one question to a person.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace central_oauth::app {

/// A result did not reach its reader; what() names the cause.
class OutputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Writes all of `text` to standard output, without a buffer. Throws: OutputError, also if a signal that is
/// blocked arrives while nobody reads.
void writeResult(std::string_view text);

/// Asks the system whether all that was written has arrived. Throws: OutputError.
void finishResult();

/// Whether a person can be asked: standard input and standard error are terminals.
[[nodiscard]] bool canAsk();

/// Shows the question on standard error and reads one line. True: the answer is y or yes, in any case. While
/// it waits, Ctrl-C ends the process as usual. Requires: canAsk().
[[nodiscard]] bool askYesOrNo(const std::string& question);

} // namespace central_oauth::app
