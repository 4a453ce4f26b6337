// SPDX-License-Identifier: Apache-2.0
#include "AccountRows.h"

#include "ChangedColumns.h"
#include "SiteJson.h"
#include "StoredNames.h"
#include "central_oauth/base/Error.h"

namespace central_oauth::store {

namespace {

// Ids, provider names and subjects hold no line end, so the parts can't be shifted against each other.
crypto::Place tokenPlace(const std::string& column, const TokenOwner& owner, const AccountId& id,
                         std::int64_t generation) {
    const auto row = id.value() + '\n' + owner.provider + '\n' + owner.subject + '\n' + owner.upstreamId;
    return {"tokens", column, row, owner.client.value(), static_cast<std::uint64_t>(generation)};
}

// One damaged list must not hide the client's other accounts, nor this one's tokens.
void readSites(const std::string& text, Account& account) {
    account.sitesDamaged = false;
    try {
        account.sites = sitesOf(text);
    } catch (const base::Error&) {
        account.sites.clear();
        account.sitesDamaged = true;
    }
}

} // namespace

std::string accountSelect(const std::string& more) {
    return "SELECT a.id, a.client_id, a.provider, a.subject, a.upstream_id, a.display_name, a.email,"
           " a.label, a.chosen_site, a.sites, a.scopes, a.required_scopes, a.status, a.reason, a.since,"
           " a.problem, a.problem_since, a.linked_at, a.link_id, a.last_refresh_at, a.last_used_at, "
           "t.version" +
           more + " FROM accounts a JOIN tokens t ON t.account_id = a.id ";
}

void intoAccount(Query& query, Account& account) {
    query.ofRow("accounts", account.id)
        .into(account.id)
        .into(account.client)
        .into(account.provider)
        .into(account.subject)
        .into(account.identity.upstreamId)
        .into(account.identity.displayName)
        .into(account.identity.email)
        .into(account.label)
        .into(account.chosenSite)
        .intoText([&account](const std::string& text) { readSites(text, account); })
        .intoText([&account](const std::string& text) { account.scopes = namesOf(text); })
        .intoText([&account](const std::string& text) { account.requiredScopes = namesOf(text); })
        .intoText([&account](const std::string& text) { account.status = storedAccountStatus(text); })
        .into(account.reason)
        .into(account.since)
        .into(account.problem)
        .into(account.problemSince)
        .into(account.linkedAt)
        .into(account.grantedBy)
        .into(account.lastRefreshAt)
        .into(account.lastUsedAt)
        .ofRow("tokens", account.id, false)
        .into(account.tokenVersion);
}

std::optional<Account> selectAccount(Poco::Data::Session& session, const ClientId& owner,
                                     const AccountId& id) {
    Account account;
    Query query(session, accountSelect() + "WHERE a.id = ? AND a.client_id = ?");
    query.with(id).with(owner);
    intoAccount(query, account);
    return query.next() ? std::optional(std::move(account)) : std::nullopt;
}

std::optional<Account> selectAccount(Poco::Data::Session& session, const AccountId& id) {
    Account account;
    Query query(session, accountSelect() + "WHERE a.id = ?");
    query.with(id);
    intoAccount(query, account);
    return query.next() ? std::optional(std::move(account)) : std::nullopt;
}

std::optional<Account> selectIdentity(Poco::Data::Session& session, const ClientId& owner,
                                      const AccountId& id) {
    Account account;
    Query query(session, "SELECT id, client_id, COALESCE(CAST(provider AS TEXT), ''),"
                         " COALESCE(CAST(subject AS TEXT), ''), COALESCE(CAST(upstream_id AS TEXT), ''),"
                         " COALESCE(CAST(link_id AS TEXT), '') FROM accounts WHERE id = ? AND client_id = ?");
    query.with(id)
        .with(owner)
        .into(account.id)
        .into(account.client)
        .into(account.provider)
        .into(account.subject)
        .into(account.identity.upstreamId)
        .into(account.grantedBy);
    return query.next() ? std::optional(std::move(account)) : std::nullopt;
}

std::optional<SameAccount> selectSameAccount(Poco::Data::Session& session, const Account& like) {
    SameAccount same;
    // A new link renews the rest, and so it makes a damaged account whole again.
    Query query(session, "SELECT a.id, COALESCE(CAST(a.label AS TEXT), ''),"
                         " CASE WHEN typeof(a.last_used_at) = 'integer' AND a.last_used_at BETWEEN 0 AND"
                         " 253402300799 THEN a.last_used_at END,"
                         " CASE typeof(t.version) WHEN 'integer' THEN t.version ELSE 0 END,"
                         " CASE typeof(t.generation) WHEN 'integer' THEN t.generation ELSE 0 END"
                         " FROM accounts a LEFT JOIN tokens t ON t.account_id = a.id"
                         " WHERE a.client_id = ? AND a.provider = ? AND a.subject = ? AND a.upstream_id = ?");
    query.with(like.client)
        .with(like.provider)
        .with(like.subject)
        .with(like.identity.upstreamId)
        .ofRow("accounts", same.account.id)
        .into(same.account.id)
        .into(same.account.label)
        .into(same.account.lastUsedAt)
        .into(same.account.tokenVersion)
        .into(same.generation);
    return query.next() ? std::optional(std::move(same)) : std::nullopt;
}

void insertAccount(Poco::Data::Session& session, const Account& account) {
    Query(session,
          "INSERT INTO accounts (id, client_id, provider, subject, upstream_id, display_name, email,"
          " label, chosen_site, sites, scopes, required_scopes, status, reason, since, problem, created_at,"
          " linked_at, link_id, last_refresh_at, last_used_at)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)")
        .with(account.id)
        .with(account.client)
        .with(account.provider)
        .with(account.subject)
        .with(account.identity.upstreamId)
        .with(account.identity.displayName)
        .with(account.identity.email)
        .with(account.label)
        .with(account.chosenSite)
        .with(textOfSites(account.sites))
        .with(textOfNames(account.scopes))
        .with(textOfNames(account.requiredScopes))
        .with(std::string(nameOf(account.status)))
        .with(account.reason)
        .with(account.since)
        .with(account.linkedAt)
        .with(account.linkedAt)
        .with(account.grantedBy)
        .with(account.lastRefreshAt)
        .with(account.lastUsedAt)
        .run();
}

void keepAccount(Poco::Data::Session& session, const Account& before, const Account& after) {
    ChangedColumns changed;
    changed.text("label", before.label, after.label, [&] { return after.label; });
    changed.text("chosen_site", before.chosenSite, after.chosenSite, [&] { return after.chosenSite; });
    changed.text("sites", before.sites, after.sites, [&] { return textOfSites(after.sites); });
    changed.text("scopes", before.scopes, after.scopes, [&] { return textOfNames(after.scopes); });
    changed.text("status", before.status, after.status, [&] { return nameOf(after.status); });
    changed.text("reason", before.reason, after.reason, [&] { return after.reason; });
    changed.time("since", before.since, after.since);
    changed.text("problem", before.problem, after.problem, [&] { return after.problem; });
    changed.time("problem_since", before.problemSince, after.problemSince);
    changed.time("last_refresh_at", before.lastRefreshAt, after.lastRefreshAt);
    changed.time("last_used_at", before.lastUsedAt, after.lastUsedAt);
    changed.keep(session, "accounts", after.id.value());
}

void keepRenewed(Poco::Data::Session& session, const Account& account) {
    Query(session, "UPDATE accounts SET label = ?, last_used_at = ?, display_name = ?, email = ?, "
                   "chosen_site = ?, sites = ?, scopes = ?,"
                   " required_scopes = ?, status = ?, reason = ?, since = ?, problem = '',"
                   " problem_since = NULL, linked_at = ?, link_id = ?, last_refresh_at = ? WHERE id = ?")
        .with(account.label)
        .with(account.lastUsedAt)
        .with(account.identity.displayName)
        .with(account.identity.email)
        .with(account.chosenSite)
        .with(textOfSites(account.sites))
        .with(textOfNames(account.scopes))
        .with(textOfNames(account.requiredScopes))
        .with(std::string(nameOf(account.status)))
        .with(account.reason)
        .with(account.since)
        .with(account.linkedAt)
        .with(account.grantedBy)
        .with(account.lastRefreshAt)
        .with(account.id)
        .run();
}

TokenOwner ownerOf(const Account& account) {
    return {account.client, account.provider, account.subject, account.identity.upstreamId};
}

std::optional<TokenRow> selectTokens(Poco::Data::Session& session, const AccountId& id) {
    TokenRow row;
    Query query(
        session,
        "SELECT a.client_id, a.provider, a.subject, a.upstream_id, t.access_token, "
        "t.refresh_token, t.access_expires_at, t.granted_at, t.granted_steady, t.granted_era, t.version,"
        " t.generation FROM tokens t JOIN accounts a ON a.id = t.account_id"
        " WHERE t.account_id = ?");
    query.with(id)
        .ofRow("tokens", id, false)
        .into(row.owner.client)
        .into(row.owner.provider)
        .into(row.owner.subject)
        .into(row.owner.upstreamId)
        .intoBytes(row.accessToken)
        .intoBytes(row.refreshToken)
        .into(row.accessExpiresAt)
        .into(row.granted.wall)
        .into(row.granted.steady)
        .into(row.granted.era)
        .into(row.version)
        .into(row.generation);
    return query.next() ? std::optional(std::move(row)) : std::nullopt;
}

Secret openToken(const Vault& vault, const AccountId& id, const TokenRow& row, const std::string& column) {
    const std::string& blob = column == "access_token" ? row.accessToken : row.refreshToken;
    return vault.open(tokenPlace(column, row.owner, id, row.generation), blob);
}

void storeTokens(Poco::Data::Session& session, const Vault& vault, const TokenOwner& owner,
                 const AccountId& id, const Tokens& tokens, std::int64_t generation) {
    const auto seal = [&](const std::string& column, const Secret& token) {
        return vault.seal(tokenPlace(column, owner, id, generation), token);
    };
    Query(session,
          "INSERT INTO tokens (account_id, access_token, refresh_token, access_expires_at, granted_at,"
          " granted_steady, granted_era, version, generation, key_id)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (account_id) DO UPDATE SET access_token = excluded.access_token,"
          " refresh_token = excluded.refresh_token, access_expires_at = excluded.access_expires_at,"
          " granted_at = excluded.granted_at, granted_steady = excluded.granted_steady,"
          " granted_era = excluded.granted_era, version = excluded.version, generation = "
          "excluded.generation, key_id = excluded.key_id")
        .with(id)
        .withBytes(seal("access_token", tokens.accessToken))
        .withBytes(seal("refresh_token", tokens.refreshToken))
        .with(tokens.accessExpiresAt)
        .with(tokens.granted.wall)
        .with(tokens.granted.steady)
        .with(tokens.granted.era)
        .with(tokens.version)
        .with(generation)
        .with(vault.keyId())
        .run();
}

} // namespace central_oauth::store
