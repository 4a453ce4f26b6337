// SPDX-License-Identifier: Apache-2.0
// The memory that SQLite asks for.
#pragma once

namespace central_oauth::store {

/// Makes SQLite reuse the small blocks that it releases, by thread: it takes and releases one for each text
/// of each row, and Debian builds it without its own lists of them. A released block is wiped at once,
/// because it may have held a token. Without effect after SQLite's first use, and under AddressSanitizer,
/// which has to see each release.
///
/// Call from the start-up thread, or once.
void reuseSqliteMemory() noexcept;

} // namespace central_oauth::store
