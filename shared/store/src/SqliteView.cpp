// SPDX-License-Identifier: Apache-2.0
#include "SqliteView.h"

#include "central_oauth/domain/LinkLife.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace central_oauth::store {

namespace {

using domain::Account;
using domain::Client;
using domain::ClientKey;
using domain::Grant;
using domain::GrantToken;
using domain::Link;
using domain::PendingRefresh;
using domain::Stage;

// Of Committed::LinkChange. One transaction runs after the other, so the order is that of the commits.
std::atomic<std::uint64_t> lastRevision{0};

// Literals, because the partial indexes need them: their condition names the statuses in this order.
std::string listOf(const std::set<domain::LinkStatus>& statuses) {
    std::string list;
    for (const auto status : statuses)
        list += (list.empty() ? "'" : ", '") + std::string(nameOf(status)) + "'";
    return "(" + list + ")";
}

Where whereOf(const domain::GrantTokenFilter& filter) {
    Where where;
    where.equals("account_id", filter.account)
        .equals("issuer", filter.issuer)
        .equals("parent", filter.parent);
    if (!filter.client.empty())
        where.also("account_id IN (SELECT id FROM accounts WHERE client_id = ?)", filter.client);
    if (filter.expiresBy && filter.unusedSince)
        where.also("(expires_at <= ? OR last_used_at <= ?)", *filter.expiresBy, *filter.unusedSince);
    else if (filter.expiresBy)
        where.also("expires_at <= ?", *filter.expiresBy);
    else if (filter.unusedSince)
        where.also("last_used_at <= ?", *filter.unusedSince);
    return where;
}

// A subject has few accounts at a provider: SQLite must prefer the index that finds them to the index of the
// order.
std::string ageOf(const domain::AccountFilter& filter) {
    return !filter.provider.empty() && filter.subject ? "+created_at" : "created_at";
}

Where whereOf(const domain::AccountFilter& filter) {
    Where where;
    where.equals("client_id", filter.client).equals("provider", filter.provider);
    if (filter.subject)
        where.also("subject = ?", *filter.subject);
    where.equals("upstream_id", filter.upstreamId).equals("id", filter.only);
    if (filter.status)
        where.also("status = ?", std::string(nameOf(*filter.status)));
    if (!filter.site.empty())
        where.also("EXISTS (SELECT 1 FROM (SELECT CASE type WHEN 'object' THEN value END AS site FROM"
                   " json_each(CASE WHEN json_valid(sites) THEN sites ELSE '[]' END))"
                   " WHERE json_extract(site, '$.id') = ? OR json_extract(site, '$.url') = ?)",
                   filter.site, filter.site);
    if (filter.after)
        where.also('(' + ageOf(filter) + ", id) > (?, ?)", filter.after->createdAt, filter.after->id);
    return where;
}

// Few links have a pending state, and most links of the day have expired: SQLite must prefer the index of the
// states.
std::string expiryOf(const domain::LinkFilter& filter) {
    return filter.hasState ? "+expires_at" : "expires_at";
}

Where whereOf(const domain::LinkFilter& filter) {
    Where where;
    where.equals("client_id", filter.client).equals("provider", filter.provider);
    if (filter.subject)
        where.also("subject = ?", *filter.subject);
    // SQLite finds a partial index only by its literal condition.
    if (filter.statuses.size() == 1)
        where.also("status = '" + std::string(nameOf(*filter.statuses.begin())) + "'");
    else if (!filter.statuses.empty())
        where.also("status IN " + listOf(filter.statuses));
    where.equals("account_id", filter.account);
    if (!filter.relinkAccount.empty()) // <> '' is the condition of the partial index
        where.also("relink_account <> '' AND relink_account = ?", filter.relinkAccount);
    where.equals("issuer", filter.issuer);
    if (filter.expiresAfter)
        where.also("expires_at > ?", *filter.expiresAfter);
    if (filter.expiresBy)
        where.also(expiryOf(filter) + " <= ?", *filter.expiresBy);
    if (filter.isUnnoted)
        where.also("ended_at IS NULL");
    if (filter.hasState)
        where.also("state_hash > x''");
    return where;
}

} // namespace

std::optional<Client> SqliteView::find(const domain::ClientId& id) const {
    return findRow<Client>(_access, std::string_view(id.value()));
}

std::vector<Client> SqliteView::clients() const {
    return selectRows<Client>(_access, Where().orderBy("name"), 0);
}

std::optional<ClientKey> SqliteView::findKey(const std::string& keyId) const {
    return findRow<ClientKey>(_access, std::string_view(keyId));
}

std::vector<ClientKey> SqliteView::select(const domain::KeyFilter& filter) const {
    auto where = Where().equals("client_id", filter.client).equals("issuer", filter.issuer);
    return selectRows<ClientKey>(_access, where.orderBy("created_at, key_id"), 0);
}

std::optional<GrantToken> SqliteView::findGrantToken(const std::string& keyId) const {
    return findRow<GrantToken>(_access, std::string_view(keyId));
}

std::vector<GrantToken> SqliteView::select(const domain::GrantTokenFilter& filter) const {
    return selectRows<GrantToken>(_access, whereOf(filter).orderBy("created_at, key_id"), filter.limit);
}

std::size_t SqliteView::count(const domain::GrantTokenFilter& filter) const {
    return countRows<GrantToken>(_access, whereOf(filter));
}

std::optional<Account> SqliteView::find(const domain::AccountId& id) const {
    return findRow<Account>(_access, std::string_view(id.value()));
}

std::optional<Account> SqliteView::find(const domain::AccountIdentity& identity) const {
    return findRow<Account>(
        _access, Where().also("client_id = ? AND provider = ? AND subject = ? AND upstream_id = ?",
                              identity.client, identity.provider, identity.subject, identity.upstreamId));
}

std::optional<Account> SqliteView::identityOf(const domain::AccountId& id) const {
    Account account;
    Query query(_access.connection,
                "SELECT id, client_id, COALESCE(CAST(provider AS TEXT), ''),"
                " COALESCE(CAST(subject AS TEXT), ''), COALESCE(CAST(upstream_id AS TEXT), ''),"
                " COALESCE(CAST(link_id AS TEXT), '') FROM accounts WHERE id = ?");
    query.with(id)
        .into(account.id)
        .into(account.client)
        .into(account.provider)
        .into(account.subject)
        .into(account.identity.upstreamId)
        .into(account.grantedBy);
    return query.next() ? std::optional(std::move(account)) : std::nullopt;
}

std::vector<Account> SqliteView::select(const domain::AccountFilter& filter) const {
    return selectRows<Account>(_access, whereOf(filter).orderBy(ageOf(filter) + ", id"), filter.limit);
}

std::size_t SqliteView::count(const domain::AccountFilter& filter) const {
    const domain::AccountFilter ofClient{.client = filter.client};
    if (filter.client.empty() || whereOf(filter).sql() != whereOf(ofClient).sql())
        return countRows<Account>(_access, whereOf(filter));
    // Triggers of the schema keep this count, so the cost does not depend on the number of accounts.
    std::int64_t count = 0;
    Query query(_access.connection,
                "SELECT CASE WHEN typeof(account_count) = 'integer' AND account_count BETWEEN"
                " 0 AND 2147483647 THEN account_count ELSE (SELECT COUNT(*) FROM accounts"
                " WHERE client_id = clients.id) END FROM clients WHERE id = ?");
    query.with(filter.client).into(count);
    return query.next() ? static_cast<std::size_t>(count) : 0;
}

std::optional<Grant> SqliteView::grantOf(const domain::AccountId& id) const {
    auto grant = findRow<Grant>(_access, std::string_view(id.value()));
    if (grant)
        grant->refreshToken.keyId = grant->accessToken.keyId;
    return grant;
}

std::optional<PendingRefresh> SqliteView::pendingRefreshOf(const domain::AccountId& id) const {
    return findRow<PendingRefresh>(_access, std::string_view(id.value()));
}

std::vector<PendingRefresh> SqliteView::pendingRefreshes() const {
    return selectRows<PendingRefresh>(_access, Where().orderBy("rowid"), 0);
}

std::optional<Link> SqliteView::find(const domain::LinkKey& key) const {
    if (const auto* id = std::get_if<domain::LinkId>(&key))
        return findRow<Link>(_access, std::string_view(id->value()));
    if (const auto* code = std::get_if<domain::CodeHash>(&key))
        return findRow<Link>(_access, Where().alsoBytes("code_hash = ?", code->bytes));
    if (const auto* handle = std::get_if<domain::HandleHash>(&key))
        return findRow<Link>(_access, Where().alsoBytes("handle_hash = ?", handle->bytes));
    return findRow<Link>(_access,
                         Where().alsoBytes("state_hash = ?", std::get<domain::StateHash>(key).bytes));
}

std::vector<Link> SqliteView::select(const domain::LinkFilter& filter) const {
    auto where = whereOf(filter);
    // The indexes are in the order of expires_at and rowid, so that a limit ends the search.
    where.orderBy(filter.expiresBy ? expiryOf(filter) + ", rowid" : "created_at, id");
    return selectRows<Link>(_access, where, filter.limit);
}

std::size_t SqliteView::count(const domain::LinkFilter& filter) const {
    return countRows<Link>(_access, whereOf(filter));
}

std::optional<Stage> SqliteView::stageOf(const domain::LinkId& link) const {
    return findRow<Stage>(_access, std::string_view(link.value()));
}

std::vector<Stage> SqliteView::select(const domain::StageFilter& filter) const {
    Where where;
    where.equals("client_id", filter.client);
    if (filter.state)
        where.also("state = ?", std::string(nameOf(*filter.state)));
    std::vector<Stage> all;
    auto reader = RowReader<Stage>(_access, where.orderBy("rowid"));
    while (filter.limit == 0 || all.size() < filter.limit) {
        auto stage = reader.nextSound();
        if (!stage)
            break;
        const bool isNamed = std::find(filter.providers.begin(), filter.providers.end(), stage->provider) !=
                             filter.providers.end();
        if (filter.isOfOthers ? !isNamed : (filter.providers.empty() || isNamed))
            all.push_back(std::move(*stage));
    }
    return all;
}

// BEGIN IMMEDIATE already admits only one transaction at a time.
void SqliteView::lock(const domain::ClientId&) {}

void SqliteView::put(const Client& client) {
    putRow(_access, client);
}

void SqliteView::put(const ClientKey& key) {
    putRow(_access, key);
}

void SqliteView::put(const GrantToken& token) {
    putRow(_access, token);
}

void SqliteView::put(const Account& account) {
    putRow(_access, account);
}

void SqliteView::put(const Grant& grant) {
    putRow(_access, grant);
}

void SqliteView::put(const PendingRefresh& refresh) {
    putRow(_access, refresh);
}

void SqliteView::put(const Link& link) {
    putRow(_access, link);
    noteChange(link);
}

bool SqliteView::add(const Link& link) {
    if (!addRow(_access, link))
        return false;
    noteChange(link);
    return true;
}

void SqliteView::noteChange(const Link& link) {
    std::erase_if(_changes.links, [&link](const auto& change) { return change.id == link.id; });
    _changes.links.push_back({link.id, link.status, domain::liveUntil(link), ++lastRevision});
}

void SqliteView::put(const Stage& stage) {
    putRow(_access, stage);
}

void SqliteView::erase(const domain::ClientId& id) {
    eraseRow<Client>(_access, id.value()); // ON DELETE CASCADE erases the rest
    _changes.erasedClients.push_back(id);
}

void SqliteView::eraseKey(const std::string& keyId) {
    eraseRow<ClientKey>(_access, keyId);
}

void SqliteView::eraseGrantToken(const std::string& keyId) {
    eraseRow<GrantToken>(_access, keyId);
}

void SqliteView::erase(const domain::AccountId& id) {
    eraseRow<Account>(_access, id.value());
}

void SqliteView::eraseGrant(const domain::AccountId& id) {
    eraseRow<Grant>(_access, id.value());
}

void SqliteView::erasePendingRefresh(const domain::AccountId& id) {
    eraseRow<PendingRefresh>(_access, id.value());
}

void SqliteView::erase(const domain::LinkId& id) {
    eraseRow<Link>(_access, id.value());
}

void SqliteView::eraseStage(const domain::LinkId& link) {
    eraseRow<Stage>(_access, link.value());
}

void SqliteView::record(const domain::AuditEntry& entry) {
    auto& recorded = _changes.entries.emplace_back(entry);
    if (recorded.clientName.empty())
        recorded.clientName = nameOfClient(entry.client);
    Query query(_access.connection,
                "INSERT INTO audit (at, actor, action, client_id, client_name, account_id, link_id,"
                " provider, address, request_id, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.with(entry.at)
        .with(actorText(entry.actor))
        .with(entry.action)
        .with(entry.client)
        .with(recorded.clientName)
        .with(entry.account)
        .with(entry.link)
        .with(entry.provider)
        .with(entry.actor.address)
        .with(entry.actor.requestId)
        .with(entry.outcome)
        .run();
}

// Read by itself: RETURNING makes SQLite build a table for each entry.
std::string SqliteView::nameOfClient(const base::ClientId& client) const {
    std::string name;
    Query query(_access.connection, "SELECT COALESCE(name, '') FROM clients WHERE id = ?");
    query.with(client).into(name);
    static_cast<void>(query.next());
    return name;
}

std::size_t SqliteView::eraseAudit(domain::Timestamp before, std::size_t most) {
    return Query(_access.connection,
                 "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? LIMIT ?)")
        .with(before)
        .with(static_cast<std::int64_t>(most))
        .run();
}

} // namespace central_oauth::store
