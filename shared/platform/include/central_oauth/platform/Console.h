// SPDX-License-Identifier: Apache-2.0
// Terminal input and output. One source file per platform.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::platform {

/// The capabilities of standard error.
struct Display {
    bool isRewritable = false; ///< a terminal that handles carriage returns
    bool hasColours = false;   ///< handles escape codes for colours
    std::optional<std::size_t> columns{};
};

/// Prepares the standard streams for UTF-8 and colours where this needs a call, and makes writing to a closed
/// pipe a stream error instead of a signal. Returns the capabilities of standard error.
[[nodiscard]] Display prepareConsole();

/// Disables the echo of the terminal at standard input while it exists.
class HiddenInput {
public:
    /// Does nothing if `isWanted` is false or there is no terminal.
    explicit HiddenInput(bool isWanted);
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput();

private:
    struct State;
    std::unique_ptr<State> _changed; ///< null if it changed nothing
};

/// Reads one line of standard input without its end, and no byte beyond it. Truncates it to `longest` bytes.
/// Returns nullopt at the end of input.
[[nodiscard]] std::optional<std::string> readInputLine(std::size_t longest);

} // namespace central_oauth::platform
