// SPDX-License-Identifier: Apache-2.0
// Reading what a person types.
#pragma once

#include "central_oauth/cli/StopRequest.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::cli {

/// Reads one line of standard input, at most 64 KiB, without its end and not a byte beyond it. With `hidden`
/// a terminal stops showing input before `ready` is called; its mode is restored afterwards, also after an
/// interruption.
///
/// Returns nullopt at the end of input.
/// Throws: Interrupted at a stop request; the process must then end without running static destructors
/// (std::_Exit), because the abandoned read still runs.
[[nodiscard]] std::optional<std::string> readConsoleLine(const std::shared_ptr<StopRequest>& stop,
                                                         bool hidden, const std::function<void()>& ready);

} // namespace central_oauth::cli
