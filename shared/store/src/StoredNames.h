// SPDX-License-Identifier: Apache-2.0
// Enumerators from the names that columns hold.
#pragma once

#include "central_oauth/store/Records.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::store {

// The enumerator of a name. Throws: base::Error(storeUnavailable) for a name that this version does not know.
[[nodiscard]] ClientKind storedClientKind(std::string_view name);
[[nodiscard]] LinkStatus storedLinkStatus(std::string_view name);
[[nodiscard]] AccountStatus storedAccountStatus(std::string_view name);
[[nodiscard]] PollProof storedPollProof(std::string_view name);

/// Nothing for an empty name.
[[nodiscard]] std::optional<EndReason> storedEndReason(std::string_view name);
[[nodiscard]] std::optional<EndCause> storedEndCause(std::string_view name);

/// The name of what may be missing, or an empty one.
template <class Enum>
[[nodiscard]] std::string storedName(const std::optional<Enum>& value) {
    return value ? std::string(nameOf(*value)) : std::string();
}

} // namespace central_oauth::store
