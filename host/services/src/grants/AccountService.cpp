// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/AccountService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/domain/Labels.h"
#include "central_oauth/services/LogFields.h"

#include <charconv>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t limitedAccounts = 10'000;

std::string namesOf(const AccountPatch& patch) {
    std::string names = patch.site ? "site" : "";
    if (patch.label)
        names += names.empty() ? "label" : " label";
    return names;
}

std::string cursorOf(const domain::Account& last) {
    const auto made = last.createdAt.time_since_epoch().count();
    return crypto::encodeBase64Url(std::to_string(made) + ":" + last.id.value());
}

domain::AccountPosition positionOf(const std::string& cursor) {
    if (const auto text = crypto::decodeBase64Url(cursor)) {
        std::int64_t made = 0;
        const char* const end = text->data() + text->size();
        const auto [stop, fault] = std::from_chars(text->data(), end, made);
        const auto id = fault == std::errc() && stop != end && *stop == ':'
                            ? base::AccountId::parse({stop + 1, end})
                            : std::nullopt;
        if (id)
            return {base::Timestamp(std::chrono::seconds(made)), *id};
    }
    throw Error(ErrorCode::invalidRequest, "The cursor is none of this list's.");
}

} // namespace

AccountService::AccountService(domain::Store& store, const ProviderCatalog& providers,
                               const base::Clock& clock)
    : _store(store), _providers(providers), _clock(clock), _changes(clock, limitedAccounts) {}

AccountPage AccountService::list(const Caller& caller, domain::AccountFilter filter, std::size_t limit,
                                 const std::string& cursor) const {
    if (caller.subject && filter.subject && *caller.subject != *filter.subject)
        throw Error(ErrorCode::invalidRequest, "The header Subject and the parameter subject differ.",
                    differing("Subject", *caller.subject, "the parameter", *filter.subject));
    caller.require("accounts");
    filter.client = caller.client.id;
    if (caller.subject)
        filter.subject = caller.subject;
    filter.only = caller.only;
    filter.site = base::canonicalSiteUrl(filter.site);
    if (!cursor.empty())
        filter.after = positionOf(cursor);
    // One more than wanted tells that there is a next page.
    filter.limit = limit + 1;
    AccountPage page;
    page.items = _store.read([&](const domain::ReadView& view) { return view.select(filter); });
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.nextCursor = cursorOf(page.items.back());
    }
    return page;
}

domain::Account AccountService::get(const Caller& caller, const base::AccountId& id) const {
    caller.require("accounts");
    auto account = _store.read([&](const domain::ReadView& view) { return getReached(view, caller, id); });
    noteInLog(account);
    return account;
}

domain::Account AccountService::change(const Caller& caller, const base::AccountId& id,
                                       const AccountPatch& patch, const Source& source) {
    if (!patch.site && !patch.label)
        throw Error(ErrorCode::invalidRequest, "Name the `site` or the `label` that the account is to have.");
    if (patch.label)
        domain::requireLabel(*patch.label);
    caller.require("accounts");
    constexpr BucketRate changes{30, 30};
    // Before the look-up, in a bucket of the caller's own: a caller that does not reach the account must not
    // use up its owner's.
    if (const auto wait = _changes.take(caller.bucket() + '\0' + id.value(), changes))
        throw Error(ErrorCode::tooManyRequests, "An account is changed 30 times a minute at most.")
            .withRetryAfter(*wait);
    const auto now = base::nowOf(_clock);
    auto changed = _store.transact([&](domain::Transaction& transaction) {
        auto account = getReached(transaction, caller, id);
        if (patch.site)
            account.chosenSite =
                patch.site->empty() ? std::string() : requireSite(account, *patch.site, _providers).id;
        account.label = patch.label.value_or(account.label);
        transaction.put(account);
        transaction.record({.at = now,
                            .actor = actorOf(caller, source),
                            .action = "account.changed",
                            .client = account.client,
                            .account = id,
                            .provider = account.provider,
                            .outcome = namesOf(patch)});
        return account;
    });
    noteInLog(changed);
    return changed;
}

} // namespace central_oauth::services
