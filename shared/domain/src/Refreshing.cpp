// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Refreshing.h"

namespace central_oauth::domain {

namespace {

struct Found {
    std::optional<PendingRefresh> pending;
    bool isDamaged = false;
};

Found findPending(const ReadView& view, const AccountId& id) {
    try {
        return {view.pendingRefreshOf(id)};
    } catch (const DamagedRowError&) {
        return {std::nullopt, true};
    }
}

} // namespace

std::optional<BegunRefresh> beginRefresh(Transaction& transaction, const AccountId& id, std::int64_t version,
                                         const base::Moment& now) {
    const auto account = transaction.find(id);
    const auto grant = transaction.grantOf(id);
    if (!account || account->status != AccountStatus::active || !grant || grant->version != version)
        return std::nullopt;
    auto found = findPending(transaction, id);
    if (found.pending && found.pending->version == version)
        return BegunRefresh{std::move(*found.pending), true};
    const PendingRefresh pending{
        .account = id, .state = RefreshState::sent, .version = version, .firstSent = now};
    transaction.put(pending);
    // A damaged row may be of this version.
    return BegunRefresh{pending, found.isDamaged};
}

std::optional<PendingRefresh> pendingRefresh(const ReadView& view, const AccountId& id,
                                             std::int64_t version) {
    auto found = findPending(view, id);
    if (found.isDamaged)
        return PendingRefresh{.account = id, .version = version};
    return found.pending && found.pending->version == version ? std::move(found.pending) : std::nullopt;
}

bool suspendRefresh(Transaction& transaction, const AccountId& id, std::int64_t version,
                    const std::string& problem, const base::Moment& now) {
    auto account = transaction.find(id);
    if (!account || account->tokenVersion != version)
        return false;
    noteSuspended(*account, problem, now.wall);
    transaction.put(*account);
    auto pending = pendingRefresh(transaction, id, version)
                       .value_or(PendingRefresh{.account = id, .version = version, .firstSent = now});
    pending.state = RefreshState::suspended;
    transaction.put(pending);
    return true;
}

void settleRefresh(Transaction& transaction, const AccountId& id, std::int64_t version) {
    const auto found = findPending(transaction, id);
    if (found.isDamaged || (found.pending && found.pending->version <= version))
        transaction.erasePendingRefresh(id);
}

} // namespace central_oauth::domain
