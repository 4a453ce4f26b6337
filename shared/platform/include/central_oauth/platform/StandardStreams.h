// SPDX-License-Identifier: Apache-2.0
// The process's standard streams. One source file per platform.
#pragma once

#include <functional>
#include <string_view>
#include <system_error>

namespace central_oauth::platform {

enum class StandardStream { input, output, error };

/// Opens a placeholder for each closed standard stream, so that no file or socket of this process takes its
/// number. Reading and writing the placeholder fails as on a closed stream. On Windows makes lines end as
/// they are written, without a CR. Call it before opening any file.
void prepareStreams();

[[nodiscard]] bool isTerminal(StandardStream stream) noexcept;

/// Writes all of `text` to standard output without a buffer, and blocks while the reader accepts nothing. A
/// text of at most 4096 bytes is never truncated, even if the process ends. POSIX: if `isInterrupted` becomes
/// true, stops waiting with std::errc::interrupted. Returns the reason why the rest was not written.
///
/// Not thread-safe, but callable on any thread.
[[nodiscard]] std::error_code writeOutput(std::string_view text,
                                          const std::function<bool()>& isInterrupted = {});

/// Checks that all output has been stored: some file systems report a full disk only at a close. Keeps
/// standard output open.
[[nodiscard]] std::error_code checkOutput() noexcept;

} // namespace central_oauth::platform
