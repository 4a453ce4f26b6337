// SPDX-License-Identifier: Apache-2.0
// Reading what a person types.
#pragma once

#include "central_oauth/cli/StopRequest.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::cli {

/// Reads one line of standard input, without its end and not a byte beyond it; at most 64 KiB. With `hidden`
/// a terminal shows nothing from before `ready` is called; it is as before in any case afterwards, also after
/// an interruption.
///
/// Returns nothing at the end of input. Throws: Interrupted at a stop request; the process then ends without
/// running static destructors (std::_Exit), as an abandoned read goes on.
[[nodiscard]] std::optional<std::string> readConsoleLine(const std::shared_ptr<StopRequest>& stop,
                                                         bool hidden, const std::function<void()>& ready);

} // namespace central_oauth::cli
