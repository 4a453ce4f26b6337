// SPDX-License-Identifier: Apache-2.0
// One line for each damaged row, however often it is met.
#pragma once

#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace central_oauth::store {

/// Writes an error the first time that a damaged row is met. Remembers up to 1,000 rows; later ones are met
/// in silence.
///
/// Threads: any. Errors: none.
class DamageLog {
public:
    explicit DamageLog(std::optional<logging::Channel> log) : _log(std::move(log)) {}

    void report(const domain::DamagedRowError& error);

private:
    std::optional<logging::Channel> _log;
    std::mutex _mutex; ///< guards _known
    std::set<std::tuple<std::string, std::string, std::string>> _known;
};

} // namespace central_oauth::store
