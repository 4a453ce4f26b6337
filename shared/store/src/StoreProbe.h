// SPDX-License-Identifier: Apache-2.0
// The write that proves that writing works and that the database is still the opened one.
#pragma once

#include "Database.h"

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::store {

/// Writes what a request writes: an audit entry, which is rolled back, and a counter, which stays. Only this
/// process counts, so an unexpected count means that another database was copied over the open file.
///
/// Not thread-safe.
///
/// Errors: StoreTroubleError; base::Error(storeUnavailable).
class StoreProbe {
public:
    void write(Database& database);

private:
    [[nodiscard]] std::int64_t countUp(Database& database, Connection& connection);

    std::optional<std::int64_t> _last;  ///< the last committed count
    std::optional<std::int64_t> _tried; ///< a count whose commit may have failed
};

} // namespace central_oauth::store
