// SPDX-License-Identifier: Apache-2.0
// Logs each damaged row once.
#pragma once

#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace central_oauth::store {

/// Logs an error when a damaged row is met for the first time. Remembers up to 1,000 rows; further ones are
/// not logged.
///
/// Thread-safe.
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
