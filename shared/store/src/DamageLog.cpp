// SPDX-License-Identifier: Apache-2.0
#include "DamageLog.h"

namespace central_oauth::store {

void DamageLog::report(const domain::DamagedRowError& error) {
    constexpr std::size_t most = 1'000;
    {
        const std::lock_guard hold(_mutex);
        if (_known.size() >= most || !_known.emplace(error.table(), error.row(), error.column()).second)
            return;
    }
    if (_log)
        _log->error(
            "a stored row is damaged, and left out",
            {{"table", error.table()},
             {"row", error.row()},
             {"column", error.column()},
             {"problem", error.problem()},
             {"fix", "Link the account or make the key again, or delete the row with sqlite3 while the "
                     "service is stopped."}});
}

} // namespace central_oauth::store
