// SPDX-License-Identifier: Apache-2.0
// The process's standard streams. One source file per platform.
#pragma once

#include <functional>
#include <string_view>
#include <system_error>

namespace central_oauth::platform {

enum class StandardStream { input, output, error };

/// Fills the places of standard streams that are closed, so that no file or socket of this process becomes
/// one by chance; reading and writing them fails as before. Call before anything is opened. Does nothing on
/// Windows.
void occupyClosedStreams();

[[nodiscard]] bool isTerminal(StandardStream stream) noexcept;

/// Writes all of `text` to standard output, without a buffer, and waits while its reader takes nothing. A
/// text of at most 4096 bytes is never cut, also where the process ends meanwhile. POSIX: with
/// `isInterrupted`, the wait ends with std::errc::interrupted once that holds. Returns why the rest is lost.
///
/// Any thread, one at a time.
[[nodiscard]] std::error_code writeOutput(std::string_view text,
                                          const std::function<bool()>& isInterrupted = {});

/// Asks the system whether all that was written to standard output has arrived: some file systems say only at
/// a close that there is no space. Standard output stays open.
[[nodiscard]] std::error_code checkOutput() noexcept;

} // namespace central_oauth::platform
