// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Store.h"

namespace central_oauth::domain {

DamagedRowError::DamagedRowError(std::string table, std::string row, std::string column,
                                 const std::string& problem)
    : base::Error(base::ErrorCode::storeUnavailable, {},
                  "row " + row + " of the table " + table + " is damaged: column " + column + ": " + problem),
      _table(std::move(table)),
      _row(std::move(row)),
      _column(std::move(column)),
      _problem(problem) {}

} // namespace central_oauth::domain
