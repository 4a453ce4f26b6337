// SPDX-License-Identifier: Apache-2.0
// Creation, look-up, counting and the end of links.
#include "SqliteLinkRepository.h"

#include "IssuingKey.h"
#include "RowSweep.h"
#include "SiteJson.h"
#include "StoreTroubleError.h"
#include "StoredNames.h"
#include "central_oauth/base/Error.h"

#include <set>
#include <utility>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

constexpr std::chrono::hours rowsOutliveExpiry{24};

bool clientExists(Session& session, const ClientId& id) {
    int found = 0;
    Query query(session, "SELECT 1 FROM clients WHERE id = ?");
    query.with(id).into(found);
    return query.next();
}

std::optional<Link> linkOf(std::optional<LinkRow> row) {
    return row ? std::optional(std::move(row->link)) : std::nullopt;
}

} // namespace

bool SqliteLinkRepository::create(const Link& link) {
    return _database.write([&](Session& session) {
        if (!clientExists(session, link.client))
            throw base::Error(base::ErrorCode::notFound, {}, "the client of a new link has been removed");
        const auto issuerEnds = requireIssuer(session, link.issuer, link.createdAt);
        // A row blocks its code and handle until the purge drops it, a day after it has expired.
        return Query(session,
                     "INSERT INTO links (id, client_id, provider, subject, label, on_behalf_of, wanted_site,"
                     " required_scopes, wanted_account, wanted_person, login_hint, code_hash, handle_hash,"
                     " proof, secret_hash, requester_address, requester_program, created_at, expires_at,"
                     " issuer, issuer_ends_at, status, reason, cause, wrong_entries, reads)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', '',"
                     " '', 0, 0)"
                     " ON CONFLICT DO NOTHING")
                   .with(link.id)
                   .with(link.client)
                   .with(link.provider)
                   .with(link.subject)
                   .with(link.label)
                   .with(link.onBehalfOf)
                   .with(link.wantedSite)
                   .with(textOfNames(link.requiredScopes))
                   .with(link.wantedAccount)
                   .with(link.wantedPerson)
                   .with(link.loginHint)
                   .withBytes(link.codeHash)
                   .withBytes(link.handleHash)
                   .with(std::string(nameOf(link.proof)))
                   .withBytes(link.secretHash)
                   .with(link.requesterAddress)
                   .with(link.requesterProgram)
                   .with(link.createdAt)
                   .with(capped(link.expiresAt, issuerEnds))
                   .with(link.issuer)
                   .with(issuerEnds)
                   .run() > 0;
    });
}

LiveLinks SqliteLinkRepository::countLive(const ClientId& client, const std::string& subject,
                                          Timestamp now) const {
    return _database.read([&](Session& session) {
        LiveLinks live;
        const std::string count = "(SELECT COUNT(*) FROM links WHERE " + std::string(liveStatuses);
        Query query(session, "SELECT " + count + " AND expires_at > ?), " + count +
                                 " AND client_id = ? AND expires_at > ?), " + count +
                                 " AND client_id = ? AND subject = ? AND expires_at > ?),"
                                 " COALESCE((SELECT CASE WHEN typeof(account_count) = 'integer' AND"
                                 " account_count BETWEEN 0 AND 2147483647 THEN account_count ELSE"
                                 " (SELECT COUNT(*) FROM accounts WHERE client_id = clients.id) END"
                                 " FROM clients WHERE id = ?), 0)");
        query.with(now).with(client).with(now).with(client).with(subject).with(now).with(client);
        query.into(live.all).into(live.ofClient).into(live.ofSubject).into(live.accounts);
        static_cast<void>(query.next());
        return live;
    });
}

std::vector<LinkProof> SqliteLinkRepository::proofs(Timestamp since) const {
    return _database.read([&](Session& session) {
        LinkProof proof;
        Query query(session, "SELECT id, client_id, proof, code_hash, secret_hash, expires_at, status FROM"
                             " links WHERE expires_at > ?");
        query.with(since)
            .ofRow("links", proof.id)
            .into(proof.id)
            .into(proof.client)
            .intoText([&proof](const std::string& text) { proof.proof = storedPollProof(text); })
            .intoBytes(proof.codeHash)
            .intoBytes(proof.secretHash)
            .into(proof.expiresAt)
            .intoText([&proof](const std::string& text) {
                proof.isPending = storedLinkStatus(text) == LinkStatus::pending;
            });
        std::vector<LinkProof> all;
        while (query.nextSound(_database.damage()))
            all.push_back(proof);
        return all;
    });
}

std::optional<Link> SqliteLinkRepository::find(const LinkId& id) const {
    return _database.read([&](Session& session) { return linkOf(selectLink(session, id)); });
}

std::optional<Link> SqliteLinkRepository::findByCode(const std::string& codeHash) const {
    return findBy("code_hash", codeHash);
}

std::optional<Link> SqliteLinkRepository::findByHandle(const std::string& handleHash) const {
    return findBy("handle_hash", handleHash);
}

std::optional<Link> SqliteLinkRepository::findBy(const std::string& column, const std::string& hash) const {
    return _database.read([&](Session& session) { return linkOf(selectLinkBy(session, column, hash)); });
}

std::vector<Link> SqliteLinkRepository::findStaged(const ClientId& client, const std::string& provider,
                                                   const std::string& subject, Timestamp now) const {
    return _database.read([&](Session& session) {
        std::vector<Link> links;
        for (auto& row :
             selectLive(session, _database.damage(), client, provider, subject, LinkStatus::staged, now))
            links.push_back(std::move(row.link));
        return links;
    });
}

bool SqliteLinkRepository::end(const LinkId& id, EndReason reason, Timestamp now,
                               const std::optional<EndCause>& cause) {
    return _database.write([&](Session& session) { return endLink(session, id, reason, now, cause); });
}

std::vector<Link> SqliteLinkRepository::noteExpired(Timestamp now, int most) {
    std::vector<Link> noted;
    std::set<LinkId> tried; // a row that cannot be noted must not take the place of another
    while (noted.empty()) {
        auto rows = _database.read([&](Session& session) {
            return selectUnnotedExpired(session, _database.damage(), now, most, tried);
        });
        if (rows.empty())
            break;
        for (const auto& row : rows)
            tried.insert(row.link.id);
        noteEnds(rows, now);
        for (auto& row : rows)
            noted.push_back(std::move(row.link));
    }
    return noted;
}

// Leaves the rows that were noted now. If the batch fails, each row gets a transaction of its own.
void SqliteLinkRepository::noteEnds(std::vector<LinkRow>& rows, Timestamp now) {
    try {
        auto ended = _database.write([&](Session& session) {
            std::set<LinkId> ids;
            for (const auto& row : rows)
                if (noteEnd(session, row.link.id, now))
                    ids.insert(row.link.id);
            return ids;
        });
        std::erase_if(rows, [&](const LinkRow& row) { return !ended.contains(row.link.id); });
    } catch (const StoreTroubleError&) {
        throw;
    } catch (const base::Error&) {
        std::erase_if(rows, [&](const LinkRow& row) { return !noteOneEnd(row.link.id, now); });
    }
}

bool SqliteLinkRepository::noteOneEnd(const LinkId& id, Timestamp now) {
    try {
        return _database.write([&](Session& session) { return noteEnd(session, id, now); });
    } catch (const StoreTroubleError&) {
        throw;
    } catch (const base::Error& error) {
        _database.damage().report({"links", id.value(), "unknown", error.what()});
        return false;
    }
}

bool SqliteLinkRepository::noteExpiry(const LinkId& id, Timestamp now) {
    auto link = find(id);
    return link && domain::noteExpiry(*link, now) &&
           _database.write([&](Session& session) { return noteEnd(session, id, now); });
}

int SqliteLinkRepository::purge(const DeliveryRule& rule, Timestamp now) {
    const auto emptied = sweepRows(
        _database, {.table = "links",
                    .change = "UPDATE links SET state_hash = NULL, authorization = NULL, staged_grant = NULL,"
                              " key_id = NULL",
                    .condition = "key_id IS NOT NULL AND CASE status WHEN 'delivered' THEN"
                                 " first_delivered_at < ? WHEN 'ended' THEN 1 ELSE expires_at <= ? END",
                    .bind = [&](Query& query) { query.with(now - rule.window).with(now); }});
    const auto deleted =
        sweepRows(_database, {.table = "links",
                              .change = "DELETE FROM links",
                              .condition = "expires_at <= ?",
                              .bind = [&](Query& query) { query.with(now - rowsOutliveExpiry); }});
    _log.debug("purged links", {{"emptied", emptied}, {"deleted", deleted}});
    return static_cast<int>(emptied + deleted);
}

} // namespace central_oauth::store
