// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Delivery.h"

#include "central_oauth/domain/Linking.h"

#include <utility>

namespace central_oauth::domain {

namespace {

// Makes the payload of a stage. Each read returns what the first delivery returned, even if the account has
// changed since.
Delivery payloadOf(StagedGrant grant, Account account, bool isFirst) {
    Delivery delivery;
    delivery.outcome = DeliveryOutcome::delivered;
    delivery.isFirst = isFirst;
    delivery.account = std::move(account);
    delivery.account.identity = std::move(grant.identity);
    delivery.account.chosenSite = std::move(grant.chosenSite);
    delivery.account.sites = std::move(grant.sites);
    delivery.account.scopes = std::move(grant.scopes);
    delivery.account.tokenVersion = grant.version;
    delivery.tokens.accessToken = std::move(grant.accessToken);
    delivery.tokens.accessExpiresAt = grant.accessExpiresAt;
    delivery.tokens.granted = grant.granted;
    delivery.tokens.version = grant.version;
    return delivery;
}

Account accountOf(const Link& link, const StagedGrant& grant, const AccountId& id, Timestamp now) {
    Account account;
    account.id = id;
    account.client = link.client;
    account.provider = link.provider;
    account.subject = link.subject;
    account.identity = grant.identity;
    account.label = link.label;
    account.requiredScopes = link.requiredScopes;
    account.chosenSite = grant.chosenSite;
    account.sites = grant.sites;
    account.scopes = grant.scopes;
    account.createdAt = now;
    account.linkedAt = now;
    account.grantedBy = link.id;
    account.tokenVersion = 1;
    return account;
}

// Returns the account with the same identity. A new link repairs a damaged one: the id stays, and the version
// grows if the grant still holds it.
std::optional<Account> sameAccount(const ReadView& view, const Account& fresh) {
    try {
        return view.find(
            AccountIdentity{fresh.client, fresh.provider, fresh.subject, fresh.identity.upstreamId});
    } catch (const DamagedRowError& damage) {
        Account damaged = fresh;
        damaged.id = AccountId(damage.row());
        damaged.tokenVersion = 0;
        try {
            if (const auto grant = view.grantOf(damaged.id))
                damaged.tokenVersion = grant->version;
        } catch (const DamagedRowError&) {
            damaged.tokenVersion = 0;
        }
        return damaged;
    }
}

// Returns nullopt if the link was to relink an account that is gone.
std::optional<Account> storeGrant(Transaction& transaction, const Sealer& sealer, const Link& link,
                                  const StagedGrant& grant, const AccountId& newId, Timestamp now) {
    Account account = accountOf(link, grant, newId, now);
    auto same = sameAccount(transaction, account);
    if (!link.relinkAccount.empty() && (!same || same->id != link.relinkAccount))
        return std::nullopt;
    if (same) {
        renew(*same, std::move(account));
        account = std::move(*same);
    } else if (transaction.find(newId)) {
        throw base::Error(base::ErrorCode::conflict, {}, "the id of a new account is in use");
    }
    Tokens tokens;
    tokens.accessToken = grant.accessToken.clone();
    tokens.refreshToken = grant.refreshToken.clone();
    tokens.accessExpiresAt = grant.accessExpiresAt;
    tokens.granted = grant.granted;
    tokens.version = account.tokenVersion;
    transaction.put(account);
    transaction.put(sealGrant(sealer, account, tokens));
    transaction.put(GrantCheck{account.id, now});
    return account;
}

Delivery refused(DeliveryOutcome outcome) {
    Delivery delivery;
    delivery.outcome = outcome;
    return delivery;
}

Delivery deliverFirst(Transaction& transaction, const Sealer& sealer, const Link& staged,
                      const AccountId& newId, const DeliveryRule& rule, Timestamp now) {
    Link link = staged;
    if (!deliver(link, newId, now))
        return refused(DeliveryOutcome::notReady);
    auto stage = soundStage(transaction, link.id);
    StagedGrant grant;
    try {
        if (!stage || stage->state != StageState::waiting)
            throw UndecryptableError("the stage is gone");
        grant = openStage(sealer, *stage);
    } catch (const UndecryptableError&) {
        static_cast<void>(endLink(transaction, link.id, EndReason::upstreamError, now));
        return refused(DeliveryOutcome::undecryptable);
    }
    auto account = storeGrant(transaction, sealer, link, grant, newId, now);
    if (!account) {
        static_cast<void>(endLink(transaction, link.id, EndReason::cancelled, now));
        return refused(DeliveryOutcome::notReady);
    }
    link.account = account->id;
    transaction.put(link);
    grant.version = account->tokenVersion;
    grant.refreshToken = Secret();
    if (mayBeReadAgain(link, rule, now)) {
        stage->state = StageState::delivered;
        sealStage(sealer, *stage, grant);
        transaction.put(*stage);
    } else {
        transaction.eraseStage(link.id);
    }
    return payloadOf(std::move(grant), std::move(*account), true);
}

Delivery deliverOnceMore(Transaction& transaction, const Sealer& sealer, Link link, const DeliveryRule& rule,
                         Timestamp now) {
    const auto stage = soundStage(transaction, link.id);
    if (!stage || stage->state != StageState::delivered)
        return refused(DeliveryOutcome::alreadyDelivered);
    auto account = transaction.find(link.account);
    if (!account || account->client != link.client || !deliverAgain(link, rule, now)) {
        transaction.eraseStage(link.id);
        return refused(DeliveryOutcome::alreadyDelivered);
    }
    try {
        Delivery delivery = payloadOf(openStage(sealer, *stage), std::move(*account), false);
        transaction.put(link);
        if (!mayBeReadAgain(link, rule, now))
            transaction.eraseStage(link.id);
        return delivery;
    } catch (const UndecryptableError&) {
        // The account exists and was delivered once, so the link keeps its status.
        transaction.eraseStage(link.id);
        return refused(DeliveryOutcome::undecryptable);
    }
}

// Keeps approved links that were to relink the account from ending with it: Undo takes back what its own link
// brought, and no other approval.
void releaseApprovedRelinks(Transaction& transaction, const AccountId& account) {
    LinkFilter approved{.relinkAccount = account};
    approved.statuses = {LinkStatus::authorizing, LinkStatus::choosing, LinkStatus::staged};
    for (Link& link : transaction.select(approved)) {
        link.relinkAccount = {};
        transaction.put(link);
    }
}

// Returns nullopt if a newer link has replaced the grant of this one.
std::optional<WithdrawnGrant> withdrawDelivered(Transaction& transaction, const Sealer& sealer,
                                                const Link& link, Timestamp now) {
    WithdrawnGrant withdrawn;
    const auto account = transaction.find(link.account);
    withdrawn.isGone = !account || account->client != link.client;
    if (withdrawn.isGone)
        return withdrawn;
    if (account->grantedBy != link.id)
        return std::nullopt;
    releaseApprovedRelinks(transaction, account->id);
    withdrawn.account = account->id;
    withdrawn.stage = removeAccount(transaction, sealer, *account, now, Revocation::asConfigured);
    return withdrawn;
}

} // namespace

Delivery deliver(Transaction& transaction, const Sealer& sealer, const LinkId& id, const AccountId& newId,
                 const DeliveryRule& rule, Timestamp now) {
    auto link = transaction.find(LinkKey(id));
    if (!link)
        return refused(DeliveryOutcome::notReady);
    return link->status == LinkStatus::delivered
               ? deliverOnceMore(transaction, sealer, std::move(*link), rule, now)
               : deliverFirst(transaction, sealer, *link, newId, rule, now);
}

bool mayBeDelivered(const ReadView& view, const LinkId& id, const DeliveryRule& rule, Timestamp now) {
    auto link = view.find(LinkKey(id));
    if (!link)
        return false;
    if (link->status == LinkStatus::staged)
        return deliver(*link, {}, now);
    if (!mayBeReadAgain(*link, rule, now))
        return false;
    const auto stage = soundStage(view, id);
    const auto account = view.find(link->account);
    return stage && stage->state == StageState::delivered && account && account->client == link->client;
}

std::optional<WithdrawnGrant> withdrawGrant(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                                            EndReason reason, Timestamp now) {
    auto link = transaction.find(LinkKey(id));
    const bool isDelivered = link && link->status == LinkStatus::delivered;
    if (!link || !withdraw(*link, reason, now))
        return std::nullopt;
    WithdrawnGrant withdrawn;
    if (isDelivered) {
        auto taken = withdrawDelivered(transaction, sealer, *link, now);
        if (!taken)
            return std::nullopt;
        withdrawn = std::move(*taken);
    } else {
        withdrawn.stage = link->id;
        dropStage(transaction, link->id);
    }
    transaction.put(*link);
    return withdrawn;
}

} // namespace central_oauth::domain
