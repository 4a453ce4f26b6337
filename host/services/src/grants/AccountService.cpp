// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/AccountService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/domain/Labels.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/services/LogFields.h"

#include <charconv>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t changingAccounts = 10'000;

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

// Reads the identity only: a caller can remove an account even if the rest of its row is damaged.
domain::Account identityOf(const domain::ReadView& view, const Caller& caller, const base::AccountId& id) {
    auto identity = view.identityOf(id);
    if (!identity)
        throw Error(ErrorCode::notFound);
    if (!caller.reaches(*identity))
        throw Error(ErrorCode::notFound, {}, caller.whyUnreached(*identity));
    return std::move(*identity);
}

} // namespace

AccountService::AccountService(const Parts& parts) : _parts(parts), _changes(parts.clock, changingAccounts) {}

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
    // One item more than the limit shows that there is a next page.
    filter.limit = limit + 1;
    AccountPage page;
    page.items = _parts.store.read([&](const domain::ReadView& view) { return view.select(filter); });
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.nextCursor = cursorOf(page.items.back());
    }
    for (auto& account : page.items)
        addUse(account);
    return page;
}

domain::Account AccountService::get(const Caller& caller, const base::AccountId& id) const {
    caller.require("accounts");
    auto account =
        _parts.store.read([&](const domain::ReadView& view) { return getReached(view, caller, id); });
    noteInLog(account);
    addUse(account);
    return account;
}

void AccountService::addUse(domain::Account& account) const {
    account.lastUsedAt = _parts.uses.latest(account.id.value(), account.lastUsedAt);
}

domain::Account AccountService::change(const Caller& caller, const base::AccountId& id,
                                       const AccountPatch& patch, const RequestOrigin& origin) {
    if (!patch.site && !patch.label)
        throw Error(ErrorCode::invalidRequest, "Name the `site` or the `label` that the account is to have.");
    if (patch.label)
        domain::requireLabel(*patch.label);
    caller.require("accounts");
    constexpr base::BucketRate changes{30, 30};
    // The limit applies before the look-up, in the caller's own bucket: a caller that does not reach the
    // account must not use up the bucket of the account's owner.
    if (const auto wait = _changes.take(caller.bucket() + '\0' + id.value(), changes))
        throw Error(ErrorCode::tooManyRequests, "An account is changed 30 times a minute at most.")
            .withRetryAfter(*wait);
    const auto now = base::nowOf(_parts.clock);
    auto changed = _parts.store.transact([&](domain::Transaction& transaction) {
        auto account = getReached(transaction, caller, id);
        if (patch.site)
            account.chosenSite =
                patch.site->empty() ? std::string() : requireSite(account, *patch.site, _parts.providers).id;
        account.label = patch.label.value_or(account.label);
        transaction.put(account);
        transaction.record({.at = now,
                            .actor = actorOf(caller, origin),
                            .action = "account.changed",
                            .client = account.client,
                            .account = id,
                            .provider = account.provider,
                            .outcome = namesOf(patch)});
        return account;
    });
    noteInLog(changed);
    addUse(changed);
    return changed;
}

UpstreamOutcome AccountService::remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                                       const RequestOrigin& origin) {
    caller.require("revoke");
    if (_parts.revocation.mayAsk(choice))
        _parts.limits.countCheck(caller);
    const auto seen =
        _parts.store.read([&](const domain::ReadView& view) { return identityOf(view, caller, id); });
    noteInLog(seen);
    const StageRevocation::Claim claim(_parts.revocation, domain::stageKeyOf(seen));
    const auto revocation = _parts.revocation.revocationFor(seen.provider, choice);
    domain::AuditEntry entry{.at = base::nowOf(_parts.clock),
                             .actor = actorOf(caller, origin),
                             .action = "account.removed",
                             .client = caller.client.id,
                             .account = id,
                             .provider = seen.provider,
                             .outcome = "ok"};
    const auto stage = _parts.store.transact([&](domain::Transaction& transaction) {
        const auto account = identityOf(transaction, caller, id);
        transaction.record(entry);
        return domain::removeAccount(transaction, _parts.sealer, account, entry.at, revocation);
    });
    entry.action = "account.upstream_revocation";
    return claim.revoke({seen.provider, stage, choice}, std::move(entry));
}

} // namespace central_oauth::services
