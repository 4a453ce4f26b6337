// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/AccountService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/Labels.h"
#include "central_oauth/services/Sites.h"

#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

std::string namesOf(const AccountWishes& wishes) {
    std::string names = wishes.site ? "site" : "";
    if (wishes.label)
        names += names.empty() ? "label" : " label";
    return names;
}

} // namespace

AccountService::AccountService(store::AccountRepository& accounts, store::AuditLog& audit,
                               const ProviderCatalog& providers, const base::Clock& clock)
    : _accounts(accounts), _audit(audit), _providers(providers), _clock(clock) {}

store::AccountPage AccountService::list(const Caller& caller, store::AccountFilter filter, int limit,
                                        const std::string& cursor) const {
    if (caller.subject && filter.subject && *caller.subject != *filter.subject)
        throw Error(ErrorCode::invalidRequest, "The header Subject and the parameter subject differ.");
    caller.require("accounts");
    if (caller.subject)
        filter.subject = caller.subject;
    filter.only = caller.only;
    return _accounts.list(caller.client.id, filter, limit, cursor);
}

store::Account AccountService::get(const Caller& caller, const base::AccountId& id) const {
    caller.require("accounts");
    auto account = _accounts.find(caller.client.id, id);
    if (!account || !caller.reaches(*account))
        throw Error(ErrorCode::notFound);
    return std::move(*account);
}

// The id of the site that is wished for; empty for none.
std::string AccountService::siteIdOf(const store::Account& account, const std::string& wanted) const {
    if (wanted.empty())
        return {};
    const auto* provider = _providers.find(account.provider);
    return requireSite(account.sites, wanted,
                       provider == nullptr ? std::vector<std::string>() : provider->allowedSites)
        .id;
}

store::Account AccountService::change(const Caller& caller, const base::AccountId& id,
                                      const AccountWishes& wishes, const Source& source) {
    if (!wishes.site && !wishes.label)
        throw Error(ErrorCode::invalidRequest, "Name the `site` or the `label` that the account is to have.");
    if (wishes.label)
        requireLabel(*wishes.label);
    const auto account = get(caller, id);
    store::AccountChange change;
    change.label = wishes.label;
    if (wishes.site)
        change.chosenSite = siteIdOf(account, *wishes.site);
    auto changed = _accounts.change(caller.client.id, id, change);
    if (!changed)
        throw Error(ErrorCode::notFound);
    _audit.append({.at = base::nowOf(_clock),
                   .actor = caller.actor(),
                   .action = "account.changed",
                   .client = caller.client.id,
                   .account = id,
                   .link = {},
                   .address = source.address,
                   .requestId = source.requestId,
                   .outcome = namesOf(wishes)});
    return std::move(*changed);
}

} // namespace central_oauth::services
