// SPDX-License-Identifier: Apache-2.0
// The columns of each record: one list per record, for reading, writing, comparing and authenticating.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/PendingRefresh.h"

#include <concepts>
#include <type_traits>

namespace central_oauth::store {

/// `Record`, const if `Type` is const.
template <class Type, class Record>
concept IsRecord = std::same_as<std::remove_const_t<Type>, Record>;

/// Raw bytes; an empty value is stored as NULL.
template <class Text>
struct Bytes {
    Text& value;
};
template <class Text>
Bytes(Text&) -> Bytes<Text>;

/// An id or a text; an empty one is stored as NULL.
template <class Value>
struct Optional {
    Value& value;
};
template <class Value>
Optional(Value&) -> Optional<Value>;

/// The table of a record, and its key column.
template <class Record>
struct Table;

// visitColumns(visit, record) calls `visit(name, member)` for each column, the key first. On disk: the names
// are those of the schema, and the order is part of the code that authenticates a row.

template <>
struct Table<domain::Client> {
    static constexpr auto name = "clients";
    static constexpr auto key = "id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::Client> auto& client) {
    visit("id", client.id);
    visit("name", client.name);
    visit("kind", client.kind);
    visit("contact", client.contact);
    visit("scopes", client.scopes);
    visit("links_per_minute", client.linksPerMinute);
    visit("live_links", client.liveLinks);
    visit("max_accounts", client.maxAccounts);
    visit("writes_per_minute", client.writesPerMinute);
    visit("checks_per_minute", client.checksPerMinute);
    visit("require_subject", client.requireSubject);
    visit("require_on_behalf_of", client.requireOnBehalfOf);
    visit("created_at", client.createdAt);
}

template <>
struct Table<domain::ClientKey> {
    static constexpr auto name = "client_keys";
    static constexpr auto key = "key_id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::ClientKey> auto& key) {
    visit("key_id", key.keyId);
    visit("client_id", key.clientId);
    visit("name", key.name);
    visit("hash", Bytes{key.hash});
    visit("scopes", key.scopes);
    visit("expires_at", key.expiresAt);
    visit("created_at", key.createdAt);
    visit("issuer", key.issuer);
    visit("original_expires_at", key.originalExpiry);
}

template <>
struct Table<domain::GrantToken> {
    static constexpr auto name = "grant_tokens";
    static constexpr auto key = "key_id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::GrantToken> auto& token) {
    visit("key_id", token.keyId);
    visit("account_id", token.account);
    visit("hash", Bytes{token.hash});
    visit("label", token.label);
    visit("scopes", token.scopes);
    visit("created_at", token.createdAt);
    visit("last_used_at", token.lastUsedAt);
    visit("expires_at", token.expiresAt);
    visit("issuer", token.issuer);
    visit("issuer_ends_at", token.issuerEnds);
    visit("parent", token.parent);
}

template <>
struct Table<domain::Account> {
    static constexpr auto name = "accounts";
    static constexpr auto key = "id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::Account> auto& account) {
    visit("id", account.id);
    visit("client_id", account.client);
    visit("provider", account.provider);
    visit("subject", account.subject);
    visit("upstream_id", account.identity.upstreamId);
    visit("display_name", account.identity.displayName);
    visit("email", account.identity.email);
    visit("label", account.label);
    visit("chosen_site", account.chosenSite);
    visit("sites", account.sites);
    visit("scopes", account.scopes);
    visit("required_scopes", account.requiredScopes);
    visit("status", account.status);
    visit("reason", account.reason);
    visit("since", account.since);
    visit("problem", account.problem);
    visit("problem_since", account.problemSince);
    visit("created_at", account.createdAt);
    visit("linked_at", account.linkedAt);
    visit("link_id", account.grantedBy);
    visit("last_refresh_at", account.lastRefreshAt);
    visit("last_used_at", account.lastUsedAt);
    visit("token_version", account.tokenVersion);
}

template <>
struct Table<domain::Grant> {
    static constexpr auto name = "grants";
    static constexpr auto key = "account_id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::Grant> auto& grant) {
    visit("account_id", grant.account);
    visit("access_token", Bytes{grant.accessToken.blob});
    visit("refresh_token", Bytes{grant.refreshToken.blob});
    visit("access_expires_at", grant.accessExpiresAt);
    visit("granted_at", grant.granted.wall);
    visit("granted_steady", grant.granted.steady);
    visit("granted_era", grant.granted.era);
    visit("version", grant.version);
    visit("key_id", grant.accessToken.keyId); // also for the refresh token: both are sealed at once
}

template <>
struct Table<domain::PendingRefresh> {
    static constexpr auto name = "pending_refreshes";
    static constexpr auto key = "account_id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::PendingRefresh> auto& refresh) {
    visit("account_id", refresh.account);
    visit("state", refresh.state);
    visit("version", refresh.version);
    visit("sent_at", refresh.firstSent.wall);
    visit("sent_steady", refresh.firstSent.steady);
    visit("sent_era", refresh.firstSent.era);
}

template <>
struct Table<domain::Link> {
    static constexpr auto name = "links";
    static constexpr auto key = "id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::Link> auto& link) {
    visit("id", link.id);
    visit("client_id", link.client);
    visit("provider", link.provider);
    visit("subject", link.subject);
    visit("label", link.label);
    visit("on_behalf_of", link.onBehalfOf);
    visit("wanted_site", link.wantedSite);
    visit("required_scopes", link.requiredScopes);
    visit("relink_account", link.relinkAccount);
    visit("expected_upstream_id", link.expectedUpstreamId);
    visit("login_hint", link.loginHint);
    visit("code_hash", Bytes{link.codeHash});
    visit("handle_hash", Bytes{link.handleHash});
    visit("proof", link.proof);
    visit("secret_hash", Bytes{link.secretHash});
    visit("issuer", link.issuer);
    visit("issuer_ends_at", link.issuerEnds);
    visit("requester_address", link.requesterAddress);
    visit("requester_program", link.requesterProgram);
    visit("created_at", link.createdAt);
    visit("expires_at", link.expiresAt);
    visit("status", link.status);
    visit("reason", link.reason);
    visit("cause", link.cause);
    visit("browser_hash", Bytes{link.browserHash});
    visit("state_hash", Bytes{link.stateHash});
    visit("authorization", Bytes{link.authorization.blob});
    visit("key_id", Optional{link.authorization.keyId});
    visit("wrong_entries", link.wrongEntries);
    visit("granted_at", link.grantedAt);
    visit("ended_at", link.endedAt);
    visit("account_id", Optional{link.account});
    visit("first_delivered_at", link.firstDeliveredAt);
    visit("reads", link.reads);
}

template <>
struct Table<domain::Stage> {
    static constexpr auto name = "stages";
    static constexpr auto key = "link_id";
};
template <class Visit>
void visitColumns(Visit&& visit, IsRecord<domain::Stage> auto& stage) {
    visit("link_id", stage.link);
    visit("client_id", stage.client);
    visit("provider", stage.provider);
    visit("subject", stage.subject);
    visit("state", stage.state);
    visit("sealed", Bytes{stage.grant.blob});
    visit("key_id", stage.grant.keyId);
    visit("client_name", stage.clientName);
    visit("account_id", stage.account);
    visit("revocation", stage.revocation);
}

} // namespace central_oauth::store
