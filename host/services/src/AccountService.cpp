// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/AccountService.h"

#include "central_oauth/base/Error.h"

#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

std::string_view upstreamOutcomeName(UpstreamOutcome outcome) noexcept {
    switch (outcome) {
    case UpstreamOutcome::skipped:
        return "skipped";
    }
    return "skipped";
}

AccountService::AccountService(store::AccountRepository& accounts, store::AuditLog& audit,
                               const base::Clock& clock)
    : _accounts(accounts), _audit(audit), _clock(clock) {}

store::AccountPage AccountService::list(const Caller& caller, const store::AccountFilter& filter, int limit,
                                        const std::string& cursor) const {
    caller.require("accounts");
    return _accounts.list(caller.client.id, filter, limit, cursor);
}

store::Account AccountService::get(const Caller& caller, const base::AccountId& id) const {
    caller.require("accounts");
    auto account = _accounts.find(caller.client.id, id);
    if (!account)
        throw Error(ErrorCode::notFound);
    return std::move(*account);
}

UpstreamOutcome AccountService::remove(const Caller& caller, const base::AccountId& id,
                                       const Source& source) {
    caller.require("revoke");
    const auto removed = _accounts.remove(caller.client.id, id);
    if (!removed)
        throw Error(ErrorCode::notFound);
    _audit.append({.at = base::nowOf(_clock),
                   .actor = "client:" + caller.client.id.value(),
                   .action = "account.removed",
                   .client = caller.client.id,
                   .account = id,
                   .link = {},
                   .address = source.address,
                   .requestId = source.requestId,
                   .outcome = std::string(upstreamOutcomeName(UpstreamOutcome::skipped))});
    return UpstreamOutcome::skipped;
}

} // namespace central_oauth::services
