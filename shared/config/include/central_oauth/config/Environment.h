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

/// The environment as it was when the snapshot was taken.
///
/// Owns its values and wipes them when it ends, because some are secrets; so drop it once the settings are
/// read.
///
/// Threads: immutable, any thread may read. `fromProcess` and `eraseSecrets` touch the process's environment:
/// [startup], while no other thread runs.
class Environment {
public:
    Environment() = default;
    explicit Environment(const std::map<std::string, std::string>& values);
    explicit Environment(std::initializer_list<std::pair<std::string_view, std::string_view>> values);

    /// A snapshot of this process's environment. On Windows names are in upper case, because there case has
    /// no meaning.
    [[nodiscard]] static Environment fromProcess();

    /// The variable's value; nothing where it is unset or empty, which mean the same. Valid as long as the
    /// snapshot.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    /// The names that begin with `prefix`, sorted; also of empty variables.
    [[nodiscard]] std::vector<std::string> names(std::string_view prefix) const;

    /// Overwrites the variables' values where the process keeps them and then unsets them: unsetting alone
    /// leaves the characters in memory and readable in /proc. Names that are not set are skipped.
    static void eraseSecrets(const std::vector<std::string>& names);

private:
    std::map<std::string, provider::Secret, std::less<>> _values;
};

} // namespace central_oauth::config
