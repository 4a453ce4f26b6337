// SPDX-License-Identifier: Apache-2.0
#include "MemoryView.h"
#include "central_oauth/domain/LinkLife.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace central_oauth::memory {

namespace {

using domain::Account;
using domain::AccountFilter;
using domain::AccountId;
using domain::AccountIdentity;
using domain::AuditEntry;
using domain::Client;
using domain::ClientId;
using domain::ClientKey;
using domain::CodeHash;
using domain::Grant;
using domain::GrantCheck;
using domain::GrantToken;
using domain::HandleHash;
using domain::Link;
using domain::LinkId;
using domain::PendingRefresh;
using domain::Stage;
using domain::StateHash;
using domain::Timestamp;

std::atomic<std::uint64_t> lastRevision{0};

[[noreturn]] void refuse(const std::string& what) {
    throw base::Error(base::ErrorCode::conflict, what, what);
}

void requireOwner(bool isThere, const std::string& what) {
    if (!isThere)
        throw base::Error(base::ErrorCode::conflict, {}, what + " has no owner in the store");
}

} // namespace

domain::Committed MemoryView::committed() const {
    domain::Committed changes;
    for (const auto& id : _putLinks)
        if (const auto link = recordIn(_data.links, id.value()))
            changes.links.push_back({id, link->status, domain::liveUntil(*link), ++lastRevision});
    changes.entries = _entries;
    changes.erasedClients = _erasedClients;
    return changes;
}

void MemoryView::change(const std::string& name) {
    step(name);
    _hasChanged = true;
}

void MemoryView::lock(const ClientId&) {
    step("lock client"); // a transaction is the only writer
}

void MemoryView::put(const Client& client) {
    change("put client");
    for (const auto& [id, other] : _data.clients)
        if (other.id != client.id && other.name == client.name)
            refuse("A client of this name exists.");
    _data.clients[client.id.value()] = client;
    _data.damaged.erase("clients/" + client.id.value());
}

void MemoryView::put(const ClientKey& key) {
    change("put key");
    requireOwner(_data.clients.count(key.clientId.value()) != 0, "the key " + key.keyId);
    _data.keys[key.keyId] = key;
    _data.damaged.erase("client_keys/" + key.keyId);
}

void MemoryView::put(const GrantToken& token) {
    change("put grant token");
    requireOwner(_data.accounts.count(token.account.value()) != 0, "the grant token " + token.keyId);
    _data.tokens[token.keyId] = token;
    _data.damaged.erase("grant_tokens/" + token.keyId);
}

void MemoryView::put(const Account& account) {
    change("put account");
    requireOwner(_data.clients.count(account.client.value()) != 0, "the account " + account.id.value());
    const AccountIdentity identity{account.client, account.provider, account.subject,
                                   account.identity.upstreamId};
    for (const auto& [id, other] : _data.accounts)
        if (other.id != account.id && isOf(other, identity))
            refuse("There is an account of this identity.");
    _data.accounts[account.id.value()] = account;
    _data.damaged.erase("accounts/" + account.id.value());
}

void MemoryView::put(const Grant& grant) {
    change("put grant");
    requireOwner(_data.accounts.count(grant.account.value()) != 0, "the grant of " + grant.account.value());
    _data.grants[grant.account.value()] = grant;
    _data.damaged.erase("grants/" + grant.account.value());
}

void MemoryView::put(const PendingRefresh& refresh) {
    change("put pending refresh");
    requireOwner(_data.accounts.count(refresh.account.value()) != 0,
                 "the pending refresh of " + refresh.account.value());
    const auto found = std::find_if(_data.refreshes.begin(), _data.refreshes.end(),
                                    [&](const auto& each) { return each.account == refresh.account; });
    if (found == _data.refreshes.end())
        _data.refreshes.push_back(refresh);
    else
        *found = refresh;
    _data.damaged.erase("pending_refreshes/" + refresh.account.value());
}

void MemoryView::put(const GrantCheck& check) {
    change("put check");
    requireOwner(_data.accounts.count(check.account.value()) != 0, "the check of " + check.account.value());
    _data.checks[check.account.value()] = check;
}

void MemoryView::put(const domain::KeepingState& state) {
    change("put keeping state");
    _data.keeping = state;
}

void MemoryView::put(const Link& link) {
    change("put link");
    requireOwner(_data.clients.count(link.client.value()) != 0, "the link " + link.id.value());
    for (const auto& [id, other] : _data.links)
        if (other.id != link.id &&
            (isNamedBy(other, CodeHash{link.codeHash}) || isNamedBy(other, HandleHash{link.handleHash}) ||
             isNamedBy(other, StateHash{link.stateHash})))
            refuse("There is a link with one of these hashes.");
    _data.links[link.id.value()] = link;
    _data.damaged.erase("links/" + link.id.value());
    _putLinks.insert(link.id);
}

bool MemoryView::add(const Link& link) {
    const auto isTaken = [&link](const auto& entry) {
        const Link& other = entry.second;
        return other.id == link.id || isNamedBy(other, CodeHash{link.codeHash}) ||
               isNamedBy(other, HandleHash{link.handleHash});
    };
    if (std::any_of(_data.links.begin(), _data.links.end(), isTaken))
        return false;
    put(link);
    return true;
}

void MemoryView::put(const Stage& stage) {
    change("put stage");
    const auto found = std::find_if(_data.stages.begin(), _data.stages.end(),
                                    [&](const Stage& each) { return each.link == stage.link; });
    if (found == _data.stages.end())
        _data.stages.push_back(stage);
    else
        *found = stage;
    _data.damaged.erase("stages/" + stage.link.value());
}

void MemoryView::erase(const ClientId& id) {
    change("erase client");
    std::erase_if(_data.keys, [&](const auto& row) { return row.second.clientId == id; });
    std::erase_if(_data.links, [&](const auto& row) { return row.second.client == id; });
    for (const auto& account : all(AccountFilter{.client = id}))
        eraseTokensOf(account.id);
    std::erase_if(_data.accounts, [&](const auto& row) { return row.second.client == id; });
    _data.clients.erase(id.value());
    _erasedClients.push_back(id);
}

void MemoryView::eraseKey(const std::string& keyId) {
    change("erase key");
    _data.keys.erase(keyId);
}

void MemoryView::eraseGrantToken(const std::string& keyId) {
    change("erase grant token");
    _data.tokens.erase(keyId);
}

void MemoryView::erase(const AccountId& id) {
    change("erase account");
    eraseTokensOf(id);
    _data.accounts.erase(id.value());
}

void MemoryView::eraseTokensOf(const AccountId& account) {
    _data.grants.erase(account.value());
    std::erase_if(_data.refreshes, [&](const auto& each) { return each.account == account; });
    _data.checks.erase(account.value());
    std::erase_if(_data.tokens, [&](const auto& row) { return row.second.account == account; });
}

void MemoryView::eraseGrant(const AccountId& id) {
    change("erase grant");
    _data.grants.erase(id.value());
}

void MemoryView::eraseCheck(const AccountId& id) {
    change("erase check");
    _data.checks.erase(id.value());
}

std::size_t MemoryView::pullChecks(Timestamp now, std::size_t most) {
    change("pull checks");
    std::size_t pulled = 0;
    for (auto& [id, check] : _data.checks)
        if (check.due > now && pulled < most) {
            check.due = now;
            ++pulled;
        }
    return pulled;
}

void MemoryView::erasePendingRefresh(const AccountId& id) {
    change("erase pending refresh");
    std::erase_if(_data.refreshes, [&](const auto& each) { return each.account == id; });
}

void MemoryView::erase(const LinkId& id) {
    change("erase link");
    _data.links.erase(id.value());
}

void MemoryView::eraseStage(const LinkId& link) {
    change("erase stage");
    std::erase_if(_data.stages, [&](const Stage& stage) { return stage.link == link; });
}

void MemoryView::record(const AuditEntry& entry) {
    change("record");
    AuditEntry named = entry;
    if (const auto client = recordIn(_data.clients, entry.client.value()); client && named.clientName.empty())
        named.clientName = client->name;
    _data.audit.push_back(named);
    _entries.push_back(std::move(named));
}

std::size_t MemoryView::eraseAudit(Timestamp before, std::size_t most) {
    change("erase audit");
    std::size_t erased = 0;
    std::erase_if(_data.audit, [&](const AuditEntry& entry) {
        return erased < most && entry.at < before && ++erased != 0;
    });
    return erased;
}

} // namespace central_oauth::memory
