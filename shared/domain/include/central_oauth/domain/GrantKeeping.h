// SPDX-License-Identifier: Apache-2.0
// What happens to a grant without a reader: it is refreshed while it is in use, kept alive while it is idle,
// ended when it is old, and erased when it is dead.
#pragma once

#include "central_oauth/domain/Store.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace central_oauth::domain {

/// Reasons of dead grants. Kept in the store; do not rename on disk.
namespace reason {
constexpr std::string_view revokedOrExpired = "revoked_or_expired";
constexpr std::string_view tooOld = "too_old";
} // namespace reason

/// How long grants are kept.
struct KeepingRules {
    std::chrono::seconds refreshMargin{0}; ///< of the provider
    std::chrono::seconds idleLifetime{0};  ///< of the provider; 0 if an unused refresh token lives forever
    std::chrono::seconds maxUnused{0};     ///< from the last read to the last keep-alive
    std::chrono::seconds maxAge{0};        ///< from the link to the grant's end
};

/// Returns when the grant ends although upstream still takes it.
[[nodiscard]] Timestamp endOf(const Account& account, std::chrono::seconds maxAge);

/// Schedules the check of a grant that was just refreshed: shortly before its access token needs the next
/// refresh, or for a warning of its end. A check that is due already stays.
void scheduleCheck(Transaction& transaction, const Account& account, const Grant& grant,
                   const KeepingRules& rules, Timestamp now);

/// What is to be done about a grant, or was done.
struct KeptGrant {
    enum class Step {
        none,
        refresh,  ///< the caller refreshes it; if that fails, the next check is due soon
        ended,    ///< it has become too old
        restored, ///< it had ended as too old, and the rules have changed since
        erased,   ///< it was dead for a day, and its tokens are gone
    };
    Step step = Step::none;
    Account account{};
    bool isInUse = false;              ///< read within the last hour
    std::optional<Timestamp> warnOf{}; ///< the grant's end, when a warning of it is due
};

/// Returns the rules for the accounts of a provider; nullopt if the provider is not configured.
using RulesOf = std::function<std::optional<KeepingRules>(const std::string& provider)>;
/// Returns the account's last use.
using LastUseOf = std::function<std::optional<Timestamp>(const Account& account)>;

/// Decides about a grant whose check is due, and schedules its next check, a while after `now`. `now` must
/// come from a trusted clock, because an end can be taken back for a day only. Records
/// `account.needs_reauth`, `account.restored` and `account.tokens_erased`.
[[nodiscard]] KeptGrant keepGrant(Transaction& transaction, const GrantCheck& check, const RulesOf& rulesOf,
                                  const LastUseOf& lastUseOf, Timestamp now);

} // namespace central_oauth::domain
