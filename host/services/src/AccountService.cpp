// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/AccountService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/services/Labels.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/Sites.h"

#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t limitedAccounts = 10'000;

std::string namesOf(const AccountWishes& wishes) {
    std::string names = wishes.site ? "site" : "";
    if (wishes.label)
        names += names.empty() ? "label" : " label";
    return names;
}

} // namespace

domain::Account getReached(const store::AccountRepository& accounts, const Caller& caller,
                           const base::AccountId& id) {
    auto account = accounts.find(caller.client.id, id);
    if (!account)
        throw Error(ErrorCode::notFound);
    noteInLog(*account);
    if (!caller.reaches(*account))
        throw Error(ErrorCode::notFound, {}, caller.whyUnreached(*account));
    return std::move(*account);
}

AccountService::AccountService(store::AccountRepository& accounts, store::AuditLog& audit,
                               const ProviderCatalog& providers, const base::Clock& clock)
    : _accounts(accounts), _providers(providers), _audit(audit, clock), _changes(clock, limitedAccounts) {}

store::AccountPage AccountService::list(const Caller& caller, store::AccountFilter filter, int limit,
                                        const std::string& cursor) const {
    if (caller.subject && filter.subject && *caller.subject != *filter.subject)
        throw Error(ErrorCode::invalidRequest, "The header Subject and the parameter subject differ.",
                    differing("Subject", *caller.subject, "the parameter", *filter.subject));
    caller.require("accounts");
    if (caller.subject)
        filter.subject = caller.subject;
    filter.only = caller.only;
    return _accounts.list(caller.client.id, filter, limit, cursor);
}

domain::Account AccountService::get(const Caller& caller, const base::AccountId& id) const {
    caller.require("accounts");
    return getReached(_accounts, caller, id);
}

domain::Account AccountService::change(const Caller& caller, const base::AccountId& id,
                                       const AccountWishes& wishes, const Source& source) {
    if (!wishes.site && !wishes.label)
        throw Error(ErrorCode::invalidRequest, "Name the `site` or the `label` that the account is to have.");
    if (wishes.label)
        requireLabel(*wishes.label);
    caller.require("accounts");
    constexpr BucketRate changes{30, 30};
    // Before the look-up, and so by who asks, too: what a caller does not reach must not use up its owner's.
    if (const auto wait = _changes.take(caller.bucket() + '\0' + id.value(), changes))
        throw Error(ErrorCode::tooManyRequests, "An account is changed 30 times a minute at most.")
            .withRetryAfter(*wait);
    const auto account = get(caller, id);
    store::AccountChange change;
    change.label = wishes.label;
    if (wishes.site)
        change.chosenSite =
            wishes.site->empty() ? std::string() : requireSite(account, *wishes.site, _providers).id;
    auto changed = _accounts.change(caller.client.id, id, change);
    if (!changed)
        throw Error(ErrorCode::notFound);
    _audit.record(caller, id, "account.changed", namesOf(wishes), source);
    return std::move(*changed);
}

} // namespace central_oauth::services
