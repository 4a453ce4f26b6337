// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Caller.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

bool Caller::reaches(const domain::Account& account) const {
    return account.client == client.id && (only.empty() || only == account.id) &&
           (!subject || *subject == account.subject);
}

std::string Caller::whyUnreached(const domain::Account& account) const {
    if (account.client != client.id)
        return "account " + account.id.value() + " is of client " + account.client.value();
    if (!only.empty() && only != account.id)
        return "the grant token is of account " + only.value() + ", asked for is " + account.id.value();
    return "Subject is \"" + subject.value_or("") + "\", that of account " + account.id.value() + " \"" +
           account.subject + "\"";
}

std::string Caller::bucket() const {
    return client.id.value() + '\0' + only.value() + '\0' + subject.value_or("");
}

bool Caller::has(const std::string& scope) const {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

void Caller::require(const std::string& scope) const {
    if (has(scope))
        return;
    const auto list = base::join(scopes, " ");
    throw Error(ErrorCode::insufficientScope, "This route needs a key with the scope " + scope + ".",
                "needed is " + scope + ", the credential has " + (list.empty() ? "none" : list));
}

SharedCaller SharedCaller::withSubject(std::string subject) const {
    auto own = std::make_shared<Caller>(*_caller);
    own->subject = std::move(subject);
    return SharedCaller(std::move(own));
}

// Returns nullopt for a damaged account that the caller does not reach, as if the account did not exist.
std::optional<domain::Account> findAccount(const domain::ReadView& view, const Caller& caller,
                                           const base::AccountId& id) {
    try {
        return view.find(id);
    } catch (const domain::DamagedRowError&) {
        auto identity = view.identityOf(id);
        if (identity && caller.reaches(*identity))
            throw;
        return identity;
    }
}

domain::Account getReached(const domain::ReadView& view, const Caller& caller, const base::AccountId& id) {
    auto account = findAccount(view, caller, id);
    if (!account)
        throw Error(ErrorCode::notFound);
    if (!caller.reaches(*account))
        throw Error(ErrorCode::notFound, {}, caller.whyUnreached(*account));
    return std::move(*account);
}

domain::Actor actorOf(const Caller& caller, const RequestOrigin& origin) {
    return {.kind = caller.isHolder() ? domain::ActorKind::holder : domain::ActorKind::client,
            .id = caller.isHolder() ? caller.keyId : caller.client.id.value(),
            .address = origin.address,
            .requestId = origin.requestId};
}

domain::Actor actorOf(const base::ClientId& client, const RequestOrigin& origin) {
    return {.kind = domain::ActorKind::client,
            .id = client.value(),
            .address = origin.address,
            .requestId = origin.requestId};
}

domain::Actor browserOf(const RequestOrigin& origin) {
    return {.kind = domain::ActorKind::browser, .address = origin.address, .requestId = origin.requestId};
}

} // namespace central_oauth::services
