// SPDX-License-Identifier: Apache-2.0
// What a person sees and types. One source file per platform.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::platform {

/// What standard error can show.
struct Display {
    bool isRewritable = false; ///< it is a terminal that understands a carriage return
    bool hasColours = false;   ///< it understands escape codes for colour
    std::optional<std::size_t> columns{};
};

/// Prepares the standard streams for UTF-8 and colours where that needs a call, and makes writing to a closed
/// pipe an error of the stream instead of the end of the process. Returns what standard error can show.
[[nodiscard]] Display prepareConsole();

/// Hides what is typed into the terminal at standard input while it exists.
class HiddenInput {
public:
    /// Does nothing unless `isWanted`, or where there is no terminal.
    explicit HiddenInput(bool isWanted);
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput();

private:
    struct State;
    std::unique_ptr<State> _changed; ///< nothing: it hides nothing
};

/// Reads one line of standard input, without its end and not a byte beyond it; at most `longest` bytes, then
/// the beginning. Returns nullopt at the end of input.
[[nodiscard]] std::optional<std::string> readInputLine(std::size_t longest);

} // namespace central_oauth::platform
