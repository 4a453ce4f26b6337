// SPDX-License-Identifier: Apache-2.0
// The instance's identity and key, and the check that the key ring fits the database.
#pragma once

#include "Database.h"
#include "RowSealer.h"
#include "central_oauth/base/Clock.h"

#include <string>

namespace central_oauth::store {

/// The id and the server key of this instance.
struct Instance {
    std::string id;
    provider::Secret serverKey; ///< 32 random bytes
};

/// Checks that the ring has every key that rows need, and that each is the right one. Then opens the
/// instance, or creates it the first time. Stores a check value for each new key, and drops check values that
/// no row needs. Seals the server key anew if it is not sealed under the newest key, so that old keys can be
/// removed.
///
/// Throws: StoreError(wrongKey) with all faults in one message; StoreError(failed) if the server key is
/// damaged, or is gone while there are clients; base::Error(storeUnavailable).
[[nodiscard]] Instance openInstance(Database& database, const RowSealer& sealer, base::Timestamp now);

/// Returns whether the keys of the ring still open their check values.
/// Throws: base::Error(storeUnavailable).
[[nodiscard]] bool keysFit(const Database& database, const RowSealer& sealer);

} // namespace central_oauth::store
