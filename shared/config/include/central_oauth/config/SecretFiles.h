// SPDX-License-Identifier: Apache-2.0
// The files of a provider's secrets, which outlive the environment that names them.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/provider/Settings.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::config {

/// The secrets of one provider that come from files, to be read again while the service runs. Holds no secret
/// itself.
///
/// Thread-safe; immutable.
class SecretFiles {
public:
    /// Secrets by the keys of their settings.
    using Values = std::vector<std::pair<std::string, provider::Secret>>;

    /// Finds the secrets that come from a NAME_FILE or a credential of the service manager. A secret that
    /// NAME itself holds is not among them: it can't change while the process runs.
    SecretFiles(const Environment& environment, std::string_view providerName,
                const std::vector<provider::SettingSpec>& specs);

    [[nodiscard]] bool empty() const noexcept { return _items.empty(); }

    /// Reads the files with the checks of the start. Adds faults and warnings to the report; a secret with a
    /// fault is missing in the result.
    [[nodiscard]] Values read(Report& report) const;

private:
    struct Item {
        std::string key;
        std::string variable;
    };

    std::vector<Item> _items;
    Environment _places; ///< the variables that name files, and no others
};

} // namespace central_oauth::config
