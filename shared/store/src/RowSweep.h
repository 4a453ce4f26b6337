// SPDX-License-Identifier: Apache-2.0
// Changes many rows in batches. A row that cannot be changed stops no other.
#pragma once

#include "Database.h"
#include "Query.h"

#include <cstddef>
#include <functional>
#include <string>

namespace central_oauth::store {

/// Which rows of a table are changed, and how.
struct RowSweep {
    std::string table;
    std::string change;                 ///< "DELETE FROM …" or "UPDATE … SET …", without parameters
    std::string condition;              ///< false for a row that was changed
    std::function<void(Query&)> bind{}; ///< gives the parameters of `condition` their values
};

/// Changes all rows that meet the condition, and returns how many. Each batch is one transaction; between two
/// batches others may write. If a batch fails, each row gets a transaction of its own, and a row that fails
/// is reported as damaged and stays.
///
/// Throws: StoreTroubleError, because then no row can be changed.
std::size_t sweepRows(Database& database, const RowSweep& sweep);

} // namespace central_oauth::store
