// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/AccountRemoval.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/services/LogFields.h"

#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

// Not the whole account: a damaged row must not keep it alive.
domain::Account identityOf(const domain::ReadView& view, const Caller& caller, const base::AccountId& id) {
    auto identity = view.identityOf(id);
    if (!identity)
        throw Error(ErrorCode::notFound);
    if (!caller.reaches(*identity))
        throw Error(ErrorCode::notFound, {}, caller.whyUnreached(*identity));
    return std::move(*identity);
}

} // namespace

UpstreamOutcome AccountRemoval::remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                                       const Source& source) {
    caller.require("revoke");
    if (_parts.revocation.mayAsk(choice))
        _parts.limits.countCheck(caller);
    const auto seen =
        _parts.store.read([&](const domain::ReadView& view) { return identityOf(view, caller, id); });
    noteInLog(seen);
    const StageRevocation::Claim claim(_parts.revocation, domain::droppedUnder(seen));
    const auto revocation = _parts.revocation.revocationFor(seen.provider, choice);
    domain::AuditEntry entry{.at = base::nowOf(_parts.clock),
                             .actor = actorOf(caller, source),
                             .action = "account.removed",
                             .client = caller.client.id,
                             .account = id,
                             .provider = seen.provider,
                             .outcome = "ok"};
    const auto removed = _parts.store.transact([&](domain::Transaction& transaction) {
        const auto account = identityOf(transaction, caller, id);
        transaction.record(entry);
        return domain::removeAccount(transaction, _parts.sealer, account, entry.at, revocation);
    });
    entry.action = "account.upstream_revocation";
    return claim.revoke({seen.provider, removed.droppedUnder, choice}, std::move(entry));
}

} // namespace central_oauth::services
