// SPDX-License-Identifier: Apache-2.0
// Overwrites memory that held secrets.
#pragma once

#include <cstddef>
#include <string>

namespace central_oauth::base {

/// Overwrites the bytes with zeros. The optimiser can't remove the call.
void wipe(void* bytes, std::size_t count) noexcept;

/// Overwrites the text's whole capacity and releases it. A text that is only cleared or moved from keeps its
/// memory with the characters in it.
void wipe(std::string& text) noexcept;

} // namespace central_oauth::base
