// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Account.h"

#include "central_oauth/base/EnumNames.h"

#include <chrono>
#include <utility>

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<AccountStatus, 2> accountStatuses{{
    {AccountStatus::active, "active"},
    {AccountStatus::needsReauth, "needs_reauth"},
}};
static_assert(base::isComplete(accountStatuses, AccountStatus::needsReauth));

// Without this, a commit for each read of a token would be the most expensive part of the read.
constexpr std::chrono::seconds usePrecision{60};

} // namespace

std::string_view nameOf(AccountStatus status) noexcept {
    return base::nameIn(accountStatuses, status);
}

std::optional<AccountStatus> accountStatusOf(std::string_view name) noexcept {
    return base::valueIn(accountStatuses, name);
}

void noteRefreshed(Account& account, std::vector<std::string> scopes, Timestamp now) {
    account.scopes = std::move(scopes);
    account.lastRefreshAt = now;
    account.status = AccountStatus::active;
    account.reason.clear();
    account.since.reset();
    account.problem.clear();
    account.problemSince.reset();
    ++account.tokenVersion;
}

bool noteDead(Account& account, const std::string& reason, Timestamp now) {
    if (account.status == AccountStatus::needsReauth && account.reason == reason)
        return false;
    account.status = AccountStatus::needsReauth;
    account.reason = reason;
    account.since = account.since.value_or(now);
    return true;
}

void noteSuspended(Account& account, const std::string& problem, Timestamp now) {
    account.status = AccountStatus::active;
    account.reason.clear();
    account.since.reset();
    noteProblem(account, problem, now);
}

bool noteProblem(Account& account, const std::string& problem, Timestamp now) {
    if (account.problem == problem)
        return false;
    account.problem = problem;
    account.problemSince = problem.empty() ? std::nullopt : std::optional(now);
    return true;
}

bool noteUsed(Account& account, Timestamp now) {
    if (account.lastUsedAt && now < *account.lastUsedAt + usePrecision)
        return false;
    account.lastUsedAt = now;
    return true;
}

void renew(Account& account, Account&& fresh) {
    fresh.id = std::move(account.id);
    fresh.label = std::move(account.label);
    fresh.createdAt = account.createdAt;
    fresh.lastUsedAt = account.lastUsedAt;
    fresh.tokenVersion = account.tokenVersion + 1;
    account = std::move(fresh);
}

} // namespace central_oauth::domain
