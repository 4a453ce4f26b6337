// SPDX-License-Identifier: Apache-2.0
#include "LinkRows.h"

#include "ChangedColumns.h"
#include "DamagedRowError.h"
#include "SiteJson.h"
#include "StoredNames.h"

namespace central_oauth::store {

namespace {

constexpr auto linkSelect =
    "SELECT id, client_id, provider, subject, label, on_behalf_of, wanted_site, required_scopes,"
    " wanted_account, wanted_person, login_hint, proof, secret_hash, status, reason, cause, browser_hash,"
    " wrong_entries, requester_address, requester_program, created_at, expires_at, granted_at, ended_at,"
    " account_id, state_hash, authorization, staged_grant, first_delivered_at, reads, issuer, issuer_ends_at,"
    " code_hash, handle_hash FROM links WHERE ";

void intoLink(Query& query, LinkRow& row) {
    Link& link = row.link;
    query.ofRow("links", link.id)
        .into(link.id)
        .into(link.client)
        .into(link.provider)
        .into(link.subject)
        .into(link.label)
        .into(link.onBehalfOf)
        .into(link.wantedSite)
        .intoText([&link](const std::string& text) { link.requiredScopes = namesOf(text); })
        .into(link.wantedAccount)
        .into(link.wantedPerson)
        .into(link.loginHint)
        .intoText([&link](const std::string& text) { link.proof = storedPollProof(text); })
        .intoBytes(link.secretHash)
        .intoText([&link](const std::string& text) { link.status = storedLinkStatus(text); })
        .intoText([&link](const std::string& text) { link.reason = storedEndReason(text); })
        .intoText([&link](const std::string& text) { link.cause = storedEndCause(text); })
        .intoBytes(link.browserHash)
        .into(link.wrongEntries)
        .into(link.requesterAddress)
        .into(link.requesterProgram)
        .into(link.createdAt)
        .into(link.expiresAt)
        .into(link.grantedAt)
        .into(link.endedAt)
        .intoOptional(link.account)
        .intoBytes(link.stateHash)
        .intoBytes(row.authorization)
        .intoBytes(row.stagedGrant)
        .into(link.firstDeliveredAt)
        .into(link.reads)
        .into(link.issuer)
        .into(link.issuerEnds)
        .intoBytes(link.codeHash)
        .intoBytes(link.handleHash);
}

crypto::Place linkPlace(const std::string& column, const Link& link, std::uint64_t generation) {
    // Provider, subject and secret decide where a grant goes: whoever changes them breaks the seal. None of
    // the first three holds a line end.
    const auto row = link.id.value() + '\n' + link.provider + '\n' + link.subject + '\n' + link.secretHash;
    return {"links", column, row, link.client.value(), generation};
}

} // namespace

std::optional<LinkRow> selectLink(Poco::Data::Session& session, const LinkId& id) {
    LinkRow row;
    Query query(session, std::string(linkSelect) + "id = ?");
    query.with(id);
    intoLink(query, row);
    return query.next() ? std::optional(std::move(row)) : std::nullopt;
}

std::optional<LinkRow> selectLinkBy(Poco::Data::Session& session, const std::string& column,
                                    const std::string& hash) {
    LinkRow row;
    Query query(session, linkSelect + column + " = ?");
    query.withBytes(hash);
    intoLink(query, row);
    return query.next() ? std::optional(std::move(row)) : std::nullopt;
}

std::vector<LinkRow> selectLive(Poco::Data::Session& session, DamageLog& damage, const ClientId& client,
                                const std::string& provider, const std::string& subject, LinkStatus status,
                                Timestamp now) {
    LinkRow row;
    Query query(session, std::string(linkSelect) + liveStatuses +
                             " AND client_id = ? AND subject = ? AND expires_at > ? AND provider = ?"
                             " AND status = ? ORDER BY created_at, id");
    query.with(client).with(subject).with(now).with(provider).with(std::string(nameOf(status)));
    intoLink(query, row);
    std::vector<LinkRow> all;
    while (query.nextSound(damage))
        all.push_back(row);
    return all;
}

std::vector<LinkRow> selectStaged(Poco::Data::Session& session, DamageLog& damage,
                                  const std::string& provider) {
    LinkRow row;
    Query query(session, std::string(linkSelect) +
                             "key_id IS NOT NULL AND status IN ('choosing', 'staged') AND provider = ?");
    query.with(provider);
    intoLink(query, row);
    std::vector<LinkRow> all;
    while (query.nextSound(damage))
        all.push_back(row);
    return all;
}

std::vector<LinkRow> selectUnnotedExpired(Poco::Data::Session& session, DamageLog& damage, Timestamp now,
                                          int most, const std::set<LinkId>& without) {
    LinkRow row;
    // No LIMIT: damaged rows stay, and must not take the places of sound ones.
    Query query(session, std::string(linkSelect) + "ended_at IS NULL AND " + liveStatuses +
                             " AND expires_at <= ? ORDER BY expires_at");
    query.with(now);
    intoLink(query, row);
    std::vector<LinkRow> all;
    while (all.size() < static_cast<std::size_t>(most) && query.nextSound(damage))
        if (!without.contains(row.link.id))
            all.push_back(row);
    return all;
}

void keepLink(Poco::Data::Session& session, const LinkRow& before, LinkRow after, const std::string& keyId) {
    Link& link = after.link;
    if (link.status == LinkStatus::ended)
        after.stagedGrant.clear();
    if (link.stateHash.empty())
        after.authorization.clear();
    const Link& old = before.link;
    ChangedColumns changed;
    changed.text("status", old.status, link.status, [&] { return std::string(nameOf(link.status)); });
    changed.text("reason", old.reason, link.reason, [&] { return storedName(link.reason); });
    changed.text("cause", old.cause, link.cause, [&] { return storedName(link.cause); });
    changed.bytes("browser_hash", old.browserHash, link.browserHash);
    changed.bytes("state_hash", old.stateHash, link.stateHash);
    changed.number("wrong_entries", old.wrongEntries, link.wrongEntries);
    changed.time("expires_at", old.expiresAt, link.expiresAt);
    changed.time("granted_at", old.grantedAt, link.grantedAt);
    changed.time("ended_at", old.endedAt, link.endedAt);
    changed.text("account_id", old.account, link.account, [&] { return link.account.value(); });
    changed.time("first_delivered_at", old.firstDeliveredAt, link.firstDeliveredAt);
    changed.number("reads", old.reads, link.reads);
    const bool isSealedAnew = (!after.authorization.empty() && after.authorization != before.authorization) ||
                              (!after.stagedGrant.empty() && after.stagedGrant != before.stagedGrant);
    const bool isUnsealed = after.authorization.empty() && after.stagedGrant.empty();
    changed.bytes("authorization", before.authorization, after.authorization);
    changed.bytes("staged_grant", before.stagedGrant, after.stagedGrant);
    if (isSealedAnew)
        changed.text("key_id", false, true, [&] { return keyId; });
    else if (isUnsealed)
        changed.bytes("key_id", before.authorization + before.stagedGrant, {});
    changed.keep(session, "links", link.id.value());
}

bool noteEnd(Poco::Data::Session& session, const LinkId& id, Timestamp now) {
    const auto row = selectLink(session, id);
    if (!row)
        return false;
    LinkRow noted = *row;
    if (!domain::noteExpiry(noted.link, now))
        return false;
    keepLink(session, *row, std::move(noted), {});
    return true;
}

bool endLink(Poco::Data::Session& session, const LinkId& id, EndReason reason, Timestamp now,
             const std::optional<EndCause>& cause) {
    try {
        const auto row = selectLink(session, id);
        if (!row)
            return false;
        LinkRow ended = *row;
        if (!domain::end(ended.link, reason, now, cause))
            return false;
        keepLink(session, *row, std::move(ended), {});
        return true;
    } catch (const DamagedRowError&) {
        // What is left of it must not become a grant, whatever it says.
        return Query(session,
                     std::string("UPDATE links SET status = 'ended', reason = ?, cause = ?, ended_at = ?,"
                                 " state_hash = NULL, authorization = NULL, staged_grant = NULL,"
                                 " key_id = NULL WHERE id = ? AND ") +
                         liveStatuses)
                   .with(std::string(nameOf(reason)))
                   .with(storedName(cause))
                   .with(now)
                   .with(id)
                   .run() > 0;
    }
}

std::vector<DroppedRow> selectDroppedStages(Poco::Data::Session& session, DamageLog& damage,
                                            const DroppedFilter& filter, int most) {
    if (most <= 0)
        return {};
    std::string places;
    for (std::size_t i = 0; i < filter.providers.size(); ++i)
        places += i == 0 ? "?" : ", ?";
    DroppedRow dropped;
    LinkRow& row = dropped.row;
    std::int64_t always = 0;
    // No LIMIT: damaged rows stay, and must not take the places of sound ones.
    Query query(session,
                "SELECT link_id, client_id, provider, subject, secret_hash, staged_grant, client_name,"
                " account_id, always FROM dropped_stages WHERE COALESCE(provider IN (" +
                    places + "), 0) = ? ORDER BY rowid");
    for (const std::string& provider : filter.providers)
        query.with(provider);
    query.with(std::int64_t(filter.isTheirs ? 1 : 0))
        .ofRow("dropped_stages", row.link.id)
        .into(row.link.id)
        .into(row.link.client)
        .into(row.link.provider)
        .into(row.link.subject)
        .intoBytes(row.link.secretHash)
        .intoBytes(row.stagedGrant)
        .into(dropped.clientName)
        .into(dropped.from.account)
        .into(always);
    std::vector<DroppedRow> all;
    while (all.size() < static_cast<std::size_t>(most) && query.nextSound(damage)) {
        dropped.from.revocation = always == 0 ? Revocation::asConfigured : Revocation::always;
        all.push_back(dropped);
    }
    return all;
}

void addDroppedStage(Poco::Data::Session& session, const Vault& vault, const Link& link, const Stage& stage,
                     const DroppedFrom& from) {
    // An account's grant has no secret of a link, and Poco binds empty bytes as NULL.
    Query(
        session,
        "INSERT OR REPLACE INTO dropped_stages (link_id, client_id, provider, subject, secret_hash,"
        " staged_grant, key_id, client_name, account_id, always) VALUES (?, ?, ?, ?, COALESCE(?, x''), ?, ?,"
        " COALESCE((SELECT name FROM clients WHERE id = ?), ''), ?, ?)")
        .with(link.id)
        .with(link.client)
        .with(link.provider)
        .with(link.subject)
        .withBytes(link.secretHash)
        .withBytes(sealStage(vault, link, stage, stagedGeneration))
        .with(vault.keyId())
        .with(link.client)
        .with(from.account)
        .with(std::int64_t(from.revocation == Revocation::always ? 1 : 0))
        .run();
}

bool forgetDroppedStage(Poco::Data::Session& session, const LinkId& id) {
    return Query(session, "DELETE FROM dropped_stages WHERE link_id = ?").with(id).run() > 0;
}

std::string sealStage(const Vault& vault, const Link& link, const Stage& stage, std::uint64_t generation) {
    return vault.seal(linkPlace("staged_grant", link, generation), packStage(stage));
}

Stage openStage(const Vault& vault, const LinkRow& row, std::uint64_t generation) {
    return unpackStage(vault.open(linkPlace("staged_grant", row.link, generation), row.stagedGrant));
}

std::string sealAuthorization(const Vault& vault, const Link& link, const Authorization& authorization) {
    return vault.seal(linkPlace("authorization", link, 0), packAuthorization(authorization));
}

Authorization openAuthorization(const Vault& vault, const LinkRow& row) {
    return unpackAuthorization(vault.open(linkPlace("authorization", row.link, 0), row.authorization));
}

} // namespace central_oauth::store
