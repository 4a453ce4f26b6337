// SPDX-License-Identifier: Apache-2.0
// The check that a file is complete, before the system maps it.
#pragma once

#include "central_oauth/platform/TrustedFile.h"

#include <optional>
#include <string>

namespace central_oauth::loader {

/// Returns what is wrong with the file and its fix, as the end of a sentence that begins with "it", or
/// nullopt if the system may open it.
/// Throws: std::system_error if it can't be read.
///
/// The dynamic linker maps what an ELF header promises; where a copy was cut off, reading there kills the
/// process with a bus error. The system judges other formats.
[[nodiscard]] std::optional<std::string> brokenFile(const platform::OpenFile& file);

} // namespace central_oauth::loader
