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

// An empty stage becomes NULL: nothing can be read any more.
void keepDelivered(Session& session, const LinkId& id, const std::string& sealedStage, int reads) {
    Query(session, "UPDATE links SET staged_grant = ?, reads = ?,"
                   " key_id = CASE WHEN ? THEN key_id ELSE NULL END WHERE id = ?")
        .withBytes(sealedStage)
        .with(std::int64_t{reads})
        .with(std::int64_t{sealedStage.empty() ? 0 : 1})
        .with(id)
        .run();
}

// Whether a delivered payload may be read once more, its account aside.
bool isReadable(const LinkRow& row, const DeliveryRule& rule, Timestamp now) {
    const bool isLate = (row.firstDeliveredAt && now - *row.firstDeliveredAt > rule.window) ||
                        (row.issuerEnds && *row.issuerEnds <= now);
    return !row.stagedGrant.empty() && !isLate && row.reads < rule.reads;
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
        const auto row = selectLink(session, id);
        if (row && row->link.status == LinkStatus::staged)
            return row->link.expiresAt > now;
        return row && row->link.status == LinkStatus::delivered && isReadable(*row, rule, now) &&
               selectAccount(session, row->link.client, row->link.account).has_value();
    });
}

Delivery SqliteLinkRepository::deliver(const LinkId& id, const AccountId& newId, const DeliveryRule& rule,
                                       Timestamp now) {
    return _database.write([&](Session& session) {
        const auto row = selectLink(session, id);
        if (row && row->link.status == LinkStatus::staged && row->link.expiresAt > now)
            return deliverFirst(session, *row, newId, rule, now);
        if (row && row->link.status == LinkStatus::delivered)
            return deliverAgain(session, *row, rule, now);
        return outcome(DeliveryOutcome::notReady);
    });
}

Delivery SqliteLinkRepository::deliverFirst(Session& session, const LinkRow& row, const AccountId& newId,
                                            const DeliveryRule& rule, Timestamp now) {
    const Link& link = row.link;
    Stage stage;
    try {
        stage = openStage(_vault, row, stagedGeneration);
    } catch (const UndecryptableError&) {
        endLink(session, link.id, EndReason::upstreamError, now);
        return outcome(DeliveryOutcome::undecryptable);
    }
    auto stored = storeGrant(session, link, stage.grant, newId, now);
    if (!stored) {
        endLink(session, link.id, EndReason::cancelled, now);
        return outcome(DeliveryOutcome::notReady);
    }
    Account account = std::move(*stored);
    stage.version = account.tokenVersion;
    stage.grant.refreshToken = Secret();
    Query(session, "UPDATE links SET status = 'delivered', account_id = ?, first_delivered_at = ?, key_id = ?"
                   " WHERE id = ?")
        .with(account.id)
        .with(now)
        .with(_vault.keyId())
        .with(link.id)
        .run();
    keepDelivered(session, link.id,
                  rule.reads > 1 ? sealStage(_vault, link, stage, deliveredGeneration) : std::string(), 1);
    return payloadOf(std::move(stage), std::move(account), true);
}

// Nothing: the link was for an account that is not there.
std::optional<Account> SqliteLinkRepository::storeGrant(Session& session, const Link& link,
                                                        const StagedGrant& grant, const AccountId& newId,
                                                        Timestamp now) {
    Account account = accountOf(link, grant, newId, now);
    std::int64_t generation = 1;
    const auto same = selectSameAccount(session, account);
    if (!link.wantedAccount.empty() && (!same || same->id != link.wantedAccount))
        return std::nullopt;
    if (same) {
        account.id = same->id;
        account.label = same->label;
        account.lastUsedAt = same->lastUsedAt;
        account.tokenVersion = same->tokenVersion + 1;
        generation = same->generation + 1;
        updateRelinked(session, account);
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
    const Link& link = row.link;
    auto account = selectAccount(session, link.client, link.account);
    if (!isReadable(row, rule, now) || !account) {
        if (!row.stagedGrant.empty())
            keepDelivered(session, link.id, {}, row.reads);
        return outcome(DeliveryOutcome::alreadyDelivered);
    }
    try {
        Stage stage = openStage(_vault, row, deliveredGeneration);
        const int reads = row.reads + 1;
        keepDelivered(session, link.id, reads < rule.reads ? row.stagedGrant : std::string(), reads);
        return payloadOf(std::move(stage), std::move(*account), false);
    } catch (const UndecryptableError&) {
        // The account is there and was delivered once, so the link stays what it is.
        keepDelivered(session, link.id, {}, row.reads);
        return outcome(DeliveryOutcome::undecryptable);
    }
}

std::optional<WithdrawnGrant> SqliteLinkRepository::withdraw(const LinkId& id, EndReason reason,
                                                             Timestamp now) {
    return _database.write([&](Session& session) -> std::optional<WithdrawnGrant> {
        const auto row = selectLink(session, id);
        if (!row)
            return std::nullopt;
        if (row->link.status == LinkStatus::delivered)
            return withdrawDelivered(session, *row, reason, now);
        if (row->link.status != LinkStatus::choosing && row->link.status != LinkStatus::staged)
            return std::nullopt;
        WithdrawnGrant withdrawn;
        try {
            StagedGrant grant = std::move(openStage(_vault, *row, stagedGeneration).grant);
            withdrawn.identity = std::move(grant.identity);
            withdrawn.refreshToken = std::move(grant.refreshToken);
        } catch (const UndecryptableError&) {
            withdrawn = {}; // logged by the vault; it goes all the same
        }
        endLink(session, id, reason, now);
        return withdrawn;
    });
}

std::optional<WithdrawnGrant> SqliteLinkRepository::withdrawDelivered(Session& session, const LinkRow& row,
                                                                      EndReason reason, Timestamp now) {
    WithdrawnGrant withdrawn;
    if (auto account = selectAccount(session, row.link.client, row.link.account)) {
        // A newer link has replaced what this one brought.
        if (account->grantedBy != row.link.id)
            return std::nullopt;
        // Undo takes back what its own link brought, and no other approval.
        releaseApprovedRelinks(session, account->id);
        RemovedAccount removed =
            removeAccount(session, _vault, std::move(*account), now, Revocation::asConfigured);
        withdrawn.account = removed.account.id;
        withdrawn.identity = std::move(removed.account.identity);
        withdrawn.refreshToken = std::move(removed.refreshToken);
        withdrawn.endedLinks = std::move(removed.endedLinks);
    }
    Query(session, "UPDATE links SET status = 'ended', reason = ?, ended_at = ?, staged_grant = NULL,"
                   " key_id = NULL WHERE id = ?")
        .with(std::string(endReasonName(reason)))
        .with(now)
        .with(row.link.id)
        .run();
    return withdrawn;
}

} // namespace central_oauth::store
