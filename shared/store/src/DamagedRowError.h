// SPDX-License-Identifier: Apache-2.0
// One row that does not hold what its table promises.
#pragma once

#include "central_oauth/base/Error.h"

#include <string>
#include <utility>

namespace central_oauth::store {

/// base::Error(storeUnavailable) that says which row it is. Never content besides the id.
class DamagedRowError : public base::Error {
public:
    DamagedRowError(std::string table, std::string row, std::string column, const std::string& problem)
        : base::Error(base::ErrorCode::storeUnavailable, {},
                      "row " + row + " of the table " + table + " is damaged: column " + column + ": " +
                          problem),
          _table(std::move(table)),
          _row(std::move(row)),
          _column(std::move(column)),
          _problem(problem) {}

    [[nodiscard]] const std::string& table() const noexcept { return _table; }
    [[nodiscard]] const std::string& row() const noexcept { return _row; }
    [[nodiscard]] const std::string& column() const noexcept { return _column; }
    [[nodiscard]] const std::string& problem() const noexcept { return _problem; }

private:
    std::string _table;
    std::string _row;
    std::string _column;
    std::string _problem;
};

} // namespace central_oauth::store
