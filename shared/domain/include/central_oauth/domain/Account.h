// SPDX-License-Identifier: Apache-2.0
// An account: a remote identity that one client has linked, and the grant behind it.
#pragma once

#include "central_oauth/domain/Grant.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// Whether an account's grant still works. Stored as text; do not rename on disk.
enum class AccountStatus { active, needsReauth };

[[nodiscard]] std::string_view nameOf(AccountStatus status) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<AccountStatus> accountStatusOf(std::string_view name) noexcept;

/// An account: client, provider, subject and upstreamId together are unique.
struct Account {
    AccountId id;
    ClientId client;
    std::string provider;
    std::string subject;
    Identity identity;
    std::string label;      ///< the client's own name for it; may be empty
    std::string chosenSite; ///< id of one of `sites`, or empty
    std::vector<Site> sites;
    std::vector<std::string> scopes;
    std::vector<std::string> requiredScopes; ///< the scopes its client requires
    AccountStatus status = AccountStatus::active;
    std::string reason;             ///< wire name of the cause for relinking; empty while active
    std::optional<Timestamp> since; ///< since when it needs relinking
    std::string problem;            ///< wire name of the error of the last refresh; empty if it succeeded
    std::optional<Timestamp> problemSince; ///< when `problem` was first seen
    Timestamp createdAt;                   ///< never changes; lists are sorted by it
    Timestamp linkedAt;
    LinkId grantedBy; ///< the link that brought the present grant
    std::optional<Timestamp> lastRefreshAt;
    std::optional<Timestamp> lastUsedAt;
    std::int64_t tokenVersion = 0; ///< grows with every new token pair, from 1
};

// Changes to the state of an account's grant. A function that returns false leaves the account unchanged.

/// Records a successful refresh: the account becomes active, and its problem is cleared.
void noteRefreshed(Account& account, std::vector<std::string> scopes, Timestamp now);

/// Records that the grant is dead. Returns false if it is dead already for the same reason.
bool noteDead(Account& account, const std::string& reason, Timestamp now);

/// Records that the grant was called dead but may be alive: the account is active, with that problem.
void noteSuspended(Account& account, const std::string& problem, Timestamp now);

/// Records a failed refresh of a grant that may still be alive. Returns false if the problem is the same as
/// before.
bool noteProblem(Account& account, const std::string& problem, Timestamp now);

/// Records the use of a token. Keeps the time to the minute, and returns false if it did not change: most
/// reads then need no commit.
bool noteUsed(Account& account, Timestamp now);

/// Replaces the account by `fresh`, the result of a new link of the same identity. Keeps the id, the label,
/// the creation time and the last use; increases the version.
void renew(Account& account, Account&& fresh);

} // namespace central_oauth::domain
