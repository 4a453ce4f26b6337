// SPDX-License-Identifier: Apache-2.0
// Standard output whose failures are noticed, and one question to a person.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace central_oauth::app {

/// Thrown if a result did not reach its reader; what() names the cause.
class OutputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Writes all of `text` to standard output, unbuffered.
/// Throws: OutputError, also if a blocked signal arrives while nobody reads.
void writeResult(std::string_view text);

/// Checks that everything written has arrived.
/// Throws: OutputError.
void finishResult();

/// Returns whether a person can be asked: standard input and standard error are terminals.
[[nodiscard]] bool canAsk();

/// Shows the question on standard error and reads one line. Returns true if it is y or yes, in upper or lower
/// case. Ctrl-C ends the process meanwhile.
/// Requires: canAsk().
[[nodiscard]] bool askYesOrNo(const std::string& question);

} // namespace central_oauth::app
