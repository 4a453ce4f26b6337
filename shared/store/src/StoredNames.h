// SPDX-License-Identifier: Apache-2.0
// Enumerators as the names that columns hold; do not rename on disk.
#pragma once

#include "central_oauth/store/Records.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::store {

[[nodiscard]] std::string_view storedName(ClientKind kind) noexcept;
[[nodiscard]] std::string_view storedName(LinkStatus status) noexcept;
[[nodiscard]] std::string_view storedName(AccountStatus status) noexcept;
[[nodiscard]] std::string_view storedName(PollProof proof) noexcept;

// The enumerator of a name. Throws: base::Error(storeUnavailable) for a name that this version does not know.
[[nodiscard]] ClientKind clientKindOf(std::string_view name);
[[nodiscard]] LinkStatus linkStatusOf(std::string_view name);
[[nodiscard]] AccountStatus accountStatusOf(std::string_view name);
[[nodiscard]] PollProof pollProofOf(std::string_view name);

/// Nothing for an empty name.
[[nodiscard]] std::optional<EndReason> endReasonOf(std::string_view name);
[[nodiscard]] std::optional<EndCause> endCauseOf(std::string_view name);

} // namespace central_oauth::store
