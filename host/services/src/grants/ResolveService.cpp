// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/ResolveService.h"

#include "central_oauth/base/EnumNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

namespace {

constexpr base::EnumNames<LinkNeed, 3> needs{{
    {LinkNeed::notLinked, "not_linked"},
    {LinkNeed::needsReauth, "needs_reauth"},
    {LinkNeed::scopesMissing, "scopes_missing"},
}};
static_assert(base::isComplete(needs, LinkNeed::scopesMissing));

std::vector<std::string> unionOf(std::vector<std::string> all, const std::vector<std::string>& more) {
    for (const auto& one : more) {
        if (std::find(all.begin(), all.end(), one) == all.end())
            all.push_back(one);
    }
    return all;
}

// Throws if the account lacks scopes that this request requires. It has the scopes that its client required
// until now.
void requireScopes(const domain::Account& account, const std::vector<std::string>& wanted) {
    if (domain::missingScopes(wanted, account.scopes).empty())
        return;
    auto lacking = account;
    lacking.reason = problem::scopesMissing;
    lacking.requiredScopes = unionOf(account.requiredScopes, wanted);
    throw NeedsReauth(std::move(lacking));
}

LinkNeed needOf(const NeedsReauth& failure) {
    return failure.reason() == problem::scopesMissing ? LinkNeed::scopesMissing : LinkNeed::needsReauth;
}

LinkRequest linkRequest(const ResolveRequest& request, const ConfiguredProvider& provider) {
    LinkRequest link;
    link.provider = provider.name;
    link.subject = request.subject;
    link.label = request.label;
    link.site = request.site;
    link.onBehalfOf = request.onBehalfOf;
    link.requiredScopes = request.requiredScopes;
    link.loginHint = request.loginHint;
    return link;
}

// Returns the request for a new link of the account. It names the account, so that the id stays, and all
// scopes that the account must have.
LinkRequest relinkRequest(LinkRequest link, const domain::Account& account,
                          const ConfiguredProvider& provider) {
    link.account = account.id;
    link.requiredScopes = unionOf(std::move(link.requiredScopes),
                                  domain::offeredScopes(account.requiredScopes, provider.scopes));
    if (link.site.empty())
        link.site = account.chosenSite;
    return link;
}

bool isEarlier(const domain::Account& one, const domain::Account& other) {
    return std::tie(one.linkedAt, one.createdAt, other.id) <
           std::tie(other.linkedAt, other.createdAt, one.id);
}

// Returns the account that was linked last for that subject. Returns nullopt if its row is damaged: a new
// link repairs the row, and an earlier account may be another person's.
std::optional<domain::Account> latestOf(const domain::ReadView& view, const domain::AccountFilter& filter) {
    auto accounts = view.select(filter);
    const auto latest = std::max_element(accounts.begin(), accounts.end(), isEarlier);
    if (latest == accounts.end())
        return std::nullopt;
    // An account that the selection left out is damaged, and may be the latest.
    return view.count(filter) == accounts.size() ? std::optional(std::move(*latest)) : std::nullopt;
}

} // namespace

std::string_view nameOf(LinkNeed need) noexcept {
    return base::nameIn(needs, need);
}

std::variant<AccountToken, NeededLink, RefreshWait> ResolveService::resolve(const Caller& caller,
                                                                            const ResolveRequest& request,
                                                                            const RequestOrigin& origin,
                                                                            MayWait mayWait) {
    // An empty subject would match the account that was linked last without a subject.
    if (request.subject.empty())
        throw Error(ErrorCode::invalidRequest, "Name the subject: your own id of the user.");
    // A proxy that sets the header Subject names the user for whom it let the request pass.
    if (caller.subject && *caller.subject != request.subject)
        throw Error(ErrorCode::notFound, {},
                    differing("Subject", *caller.subject, "the body's", request.subject));
    const auto& provider = requireProvider(_parts.providers, request.provider);
    // A request with a link that would be refused is refused even if it needs no link.
    const auto link = linkRequest(request, provider);
    checkTexts(link, caller.client);
    if (request.mayLink)
        requirePerson(link, caller.client);
    const auto scopes = requiredScopesOf(link, provider);
    if (caller.isHolder())
        throw Error(ErrorCode::insufficientScope, "A grant token opens its one account only.");
    caller.require("token");
    // An approved link becomes the account first, without a poll, so that the look-up finds the account.
    if (request.mayLink)
        _parts.links.deliverApproved(caller, provider.name, request.subject, origin);
    const auto account = _parts.store.read([&](const domain::ReadView& view) {
        return latestOf(view,
                        {.client = caller.client.id, .provider = provider.name, .subject = request.subject});
    });
    if (account && caller.reaches(*account)) {
        noteInLog(*account);
        try {
            auto result = _parts.tokens.get(caller, account->id, request.minTtl, origin, mayWait);
            if (auto* const wait = std::get_if<RefreshWait>(&result))
                return std::move(*wait);
            auto& held = std::get<AccountToken>(result);
            requireScopes(held.account, scopes);
            return std::move(held);
        } catch (const NeedsReauth& failure) {
            if (!request.mayLink)
                throw;
            return NeededLink{
                needOf(failure),
                _parts.links.create(caller, relinkRequest(link, failure.account(), provider), origin)};
        } catch (const Error& failure) {
            // The account was deleted after the look-up. Continue as if there were no account.
            if (failure.code() != ErrorCode::notFound)
                throw;
        }
    }
    if (!request.mayLink)
        throw Error(ErrorCode::notFound);
    return NeededLink{LinkNeed::notLinked, _parts.links.create(caller, link, origin)};
}

} // namespace central_oauth::services
