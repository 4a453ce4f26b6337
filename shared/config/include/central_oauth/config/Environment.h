// SPDX-License-Identifier: Apache-2.0
// A snapshot of the environment variables, and their removal from the process.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::config {

/// A snapshot of the environment.
///
/// Owns its values, some of which are secrets, and wipes them when destroyed. Destroy it once the settings
/// are read.
///
/// Thread-safe; immutable. Call `fromProcess` and `eraseSecrets` from the start-up thread while no other
/// thread runs: they access the process's environment.
class Environment {
public:
    Environment() = default;
    explicit Environment(const std::map<std::string, std::string>& values);
    explicit Environment(std::initializer_list<std::pair<std::string_view, std::string_view>> values);

    /// Returns a snapshot of this process's environment. On Windows the names are in upper case, because
    /// Windows ignores their case.
    [[nodiscard]] static Environment fromProcess();

    /// Returns the variable's value, valid as long as the snapshot. Returns nullopt if the variable is unset
    /// or empty, which mean the same.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    /// Returns the names that begin with `prefix`, sorted. Includes empty variables.
    [[nodiscard]] std::vector<std::string> names(std::string_view prefix) const;

    /// Overwrites the variables' values in the process's memory and unsets the variables. Unsetting alone
    /// would leave the characters in memory and readable in /proc. Ignores variables that are not set.
    static void eraseSecrets(const std::vector<std::string>& names);

private:
    std::map<std::string, provider::Secret, std::less<>> _values;
};

} // namespace central_oauth::config
