// SPDX-License-Identifier: Apache-2.0
// Whether a file is whole, asked before the system maps it.
#pragma once

#include "central_oauth/platform/TrustedFile.h"

#include <optional>
#include <string>

namespace central_oauth::loader {

/// What is wrong with the file and its fix, as the end of a sentence that begins with "it"; nothing where
/// the system may try to open it. Throws: std::system_error where it can't be read.
///
/// The dynamic linker maps what an ELF header promises; where a copy was cut off, reading there kills the
/// process with a bus error. Other formats are for the system to judge.
[[nodiscard]] std::optional<std::string> brokenFile(const platform::OpenFile& file);

} // namespace central_oauth::loader
