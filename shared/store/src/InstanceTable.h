// SPDX-License-Identifier: Apache-2.0
// The instance's identity and key, and the check that the key ring fits the database.
#pragma once

#include "Database.h"
#include "RowSealer.h"
#include "central_oauth/base/Clock.h"

#include <string>

namespace central_oauth::store {

/// What is the instance's own.
struct Instance {
    std::string id;
    provider::Secret serverKey; ///< 32 random bytes
};

/// Makes sure that the ring has every key that rows need and that each is the right one; only then makes the
/// instance, the first time, or opens it. Keys that are new get a check value, check values that no row needs
/// any more are dropped, and the server key is sealed anew if its key is not the newest: an old key must not
/// be needed for ever.
///
/// Throws: StoreError(wrongKey) with every fault in one message; StoreError(failed) if the server key is
/// damaged, or gone while there are clients; base::Error(storeUnavailable).
[[nodiscard]] Instance openInstance(Database& database, const RowSealer& sealer, base::Timestamp now);

/// Whether the keys of the ring still open their check values. Throws: base::Error(storeUnavailable).
[[nodiscard]] bool keysFit(const Database& database, const RowSealer& sealer);

} // namespace central_oauth::store
