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

/// A remote identity linked by one client at one provider for one subject; these and upstreamId are unique
/// together.
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
    std::vector<std::string> requiredScopes; ///< those its client can't do without
    AccountStatus status = AccountStatus::active;
    std::string reason;             ///< wire name of why it needs re-linking; empty while active
    std::optional<Timestamp> since; ///< of `reason`
    std::string problem;            ///< wire name of the last failed refresh's error; empty after a good one
    std::optional<Timestamp> problemSince; ///< of `problem`
    Timestamp createdAt;                   ///< never changes; lists are ordered by it
    Timestamp linkedAt;
    LinkId grantedBy; ///< the link that brought the present grant
    std::optional<Timestamp> lastRefreshAt;
    std::optional<Timestamp> lastUsedAt;
    std::int64_t tokenVersion = 0; ///< grows with every new token pair; 1 for the first
};

// What happens to an account's grant. A function that returns false has left the account as it was.

/// Notes a refresh that has succeeded: the account is active and has no problem, whatever it had before.
void noteRefreshed(Account& account, std::vector<std::string> scopes, Timestamp now);

/// Notes that upstream has ended the grant. Returns false if that is known for the same reason.
bool noteDead(Account& account, const std::string& reason, Timestamp now);

/// Notes a refresh that has failed while the grant may still live. Returns false if the same problem is
/// known.
bool noteProblem(Account& account, const std::string& problem, Timestamp now);

/// Notes that a token of the account was handed out. The time is kept to the minute, so that most reads
/// change nothing and return false.
bool noteUsed(Account& account, Timestamp now);

/// Replaces the account by `fresh`, which a new link of the same identity has brought. Id, label, creation
/// and last use stay, and the version grows.
void renew(Account& account, Account&& fresh);

} // namespace central_oauth::domain
