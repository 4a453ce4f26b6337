// SPDX-License-Identifier: Apache-2.0
// Overwrites memory that held secrets.
#pragma once

#include <cstddef>
#include <string>

namespace central_oauth::base {

/// Overwrites the bytes with zeros, also where the optimiser sees that nobody reads them again.
void wipe(void* bytes, std::size_t count) noexcept;

/// Overwrites everything that the text has reserved, and releases it. A text that is only cleared or moved
/// from keeps its memory, and its characters in it.
void wipe(std::string& text) noexcept;

} // namespace central_oauth::base
