// SPDX-License-Identifier: Apache-2.0
// Delivery: what was staged becomes an account, and its payload may be read a few times; or it is taken back.
#include "AccountRemoval.h"
#include "AccountRows.h"
#include "SqliteLinkRepository.h"
#include "central_oauth/store/AccountRepository.h"

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

Delivery outcome(DeliveryOutcome which) {
    Delivery delivery;
    delivery.outcome = which;
    return delivery;
}

// The payload of a stage: what it says wins over what has become of the account since.
Delivery payloadOf(Stage stage, Account account, bool first) {
    StagedGrant& grant = stage.grant;
    Delivery delivery = outcome(DeliveryOutcome::delivered);
    delivery.first = first;
    delivery.account = std::move(account);
    delivery.account.identity = std::move(grant.identity);
    delivery.account.chosenSite = std::move(grant.chosenSite);
    delivery.account.sites = std::move(grant.sites);
    delivery.account.scopes = std::move(grant.scopes);
    delivery.account.tokenVersion = stage.version;
    delivery.tokens.accessToken = std::move(grant.accessToken);
    delivery.tokens.accessExpiresAt = grant.accessExpiresAt;
    delivery.tokens.granted = grant.granted;
    delivery.tokens.version = stage.version;
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
    account.linkedAt = now;
    account.grantedBy = link.id;
    account.tokenVersion = 1;
    return account;
}

} // namespace

bool SqliteLinkRepository::mayBeDelivered(const LinkId& id, const DeliveryRule& rule, Timestamp now) const {
    return _database.read([&](Session& session) {
        auto row = selectLink(session, id);
        if (!row)
            return false;
        if (row->link.status == LinkStatus::staged)
            return domain::deliver(row->link, {}, now);
        return !row->stagedGrant.empty() && domain::mayBeReadAgain(row->link, rule, now) &&
               selectAccount(session, row->link.client, row->link.account).has_value();
    });
}

Delivery SqliteLinkRepository::deliver(const LinkId& id, const AccountId& newId, const DeliveryRule& rule,
                                       Timestamp now) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (row && row->link.status == LinkStatus::delivered)
            return deliverAgain(session, *row, rule, now);
        LinkRow delivered = row.value_or(LinkRow{});
        if (row && domain::deliver(delivered.link, newId, now))
            return deliverFirst(session, *row, std::move(delivered), rule, now);
        return outcome(DeliveryOutcome::notReady);
    });
}

// `delivered` is the row as it is to be; its account may turn out to be one that exists already.
Delivery SqliteLinkRepository::deliverFirst(Session& session, const LinkRow& row, LinkRow delivered,
                                            const DeliveryRule& rule, Timestamp now) {
    const LinkId id = row.link.id;
    Stage stage;
    try {
        stage = openStage(_vault, row, stagedGeneration);
    } catch (const UndecryptableError&) {
        endLink(session, id, EndReason::upstreamError, now);
        return outcome(DeliveryOutcome::undecryptable);
    }
    auto stored = storeGrant(session, row.link, stage.grant, delivered.link.account, now);
    if (!stored) {
        endLink(session, id, EndReason::cancelled, now);
        return outcome(DeliveryOutcome::notReady);
    }
    Account account = std::move(*stored);
    stage.version = account.tokenVersion;
    stage.grant.refreshToken = Secret();
    delivered.link.account = account.id;
    delivered.stagedGrant = domain::mayBeReadAgain(delivered.link, rule, now)
                                ? sealStage(_vault, delivered.link, stage, deliveredGeneration)
                                : std::string();
    keepLink(session, row, std::move(delivered), _vault.keyId());
    return payloadOf(std::move(stage), std::move(account), true);
}

// Nothing: the link was for an account that is not there.
std::optional<Account> SqliteLinkRepository::storeGrant(Session& session, const Link& link,
                                                        const StagedGrant& grant, const AccountId& newId,
                                                        Timestamp now) {
    Account account = accountOf(link, grant, newId, now);
    std::int64_t generation = 1;
    auto same = selectSameAccount(session, account);
    if (!link.wantedAccount.empty() && (!same || same->account.id != link.wantedAccount))
        return std::nullopt;
    if (same) {
        domain::renew(same->account, std::move(account));
        account = std::move(same->account);
        generation = same->generation + 1;
        keepRenewed(session, account);
    } else {
        insertAccount(session, account);
    }
    Tokens tokens;
    tokens.accessToken = grant.accessToken.clone();
    tokens.refreshToken = grant.refreshToken.clone();
    tokens.accessExpiresAt = grant.accessExpiresAt;
    tokens.granted = grant.granted;
    tokens.version = account.tokenVersion;
    storeTokens(session, _vault, ownerOf(account), account.id, tokens, generation);
    return account;
}

Delivery SqliteLinkRepository::deliverAgain(Session& session, const LinkRow& row, const DeliveryRule& rule,
                                            Timestamp now) {
    LinkRow read = row;
    auto account = selectAccount(session, row.link.client, row.link.account);
    Delivery delivery = outcome(DeliveryOutcome::alreadyDelivered);
    if (!row.stagedGrant.empty() && account && domain::deliverAgain(read.link, rule, now)) {
        try {
            delivery = payloadOf(openStage(_vault, row, deliveredGeneration), std::move(*account), false);
            if (!domain::mayBeReadAgain(read.link, rule, now))
                read.stagedGrant.clear();
        } catch (const UndecryptableError&) {
            // The account is there and was delivered once, so the link stays what it is.
            read = row;
            read.stagedGrant.clear();
            delivery = outcome(DeliveryOutcome::undecryptable);
        }
    } else {
        read.stagedGrant.clear();
    }
    keepLink(session, row, std::move(read), {});
    return delivery;
}

std::optional<WithdrawnGrant> SqliteLinkRepository::withdraw(const LinkId& id, EndReason reason,
                                                             Timestamp now) {
    return _database.write([&](Session& session) -> std::optional<WithdrawnGrant> {
        const auto row = selectLink(session, id);
        if (!row)
            return std::nullopt;
        LinkRow ended = *row;
        if (!domain::withdraw(ended.link, reason, now))
            return std::nullopt;
        auto withdrawn = row->link.status == LinkStatus::delivered ? withdrawDelivered(session, *row, now)
                                                                   : withdrawStaged(*row);
        if (withdrawn)
            keepLink(session, *row, std::move(ended), {});
        return withdrawn;
    });
}

std::optional<WithdrawnGrant> SqliteLinkRepository::withdrawStaged(const LinkRow& row) const {
    WithdrawnGrant withdrawn;
    try {
        StagedGrant grant = std::move(openStage(_vault, row, stagedGeneration).grant);
        withdrawn.identity = std::move(grant.identity);
        withdrawn.refreshToken = std::move(grant.refreshToken);
    } catch (const UndecryptableError&) {
        withdrawn = {}; // logged by the vault; it goes all the same
    }
    withdrawn.droppedUnder = row.link.id;
    return withdrawn;
}

// Nothing: a newer link has replaced what this one brought.
std::optional<WithdrawnGrant> SqliteLinkRepository::withdrawDelivered(Session& session, const LinkRow& row,
                                                                      Timestamp now) {
    WithdrawnGrant withdrawn;
    auto account = selectAccount(session, row.link.client, row.link.account);
    withdrawn.isGone = !account;
    if (!account)
        return withdrawn;
    if (account->grantedBy != row.link.id)
        return std::nullopt;
    // Undo takes back what its own link brought, and no other approval.
    releaseApprovedRelinks(session, account->id);
    RemovedAccount removed =
        removeAccount(session, _vault, std::move(*account), now, Revocation::asConfigured);
    withdrawn.account = removed.account.id;
    withdrawn.identity = std::move(removed.account.identity);
    withdrawn.refreshToken = std::move(removed.refreshToken);
    withdrawn.droppedUnder = std::move(removed.droppedUnder);
    withdrawn.endedLinks = std::move(removed.endedLinks);
    return withdrawn;
}

} // namespace central_oauth::store
