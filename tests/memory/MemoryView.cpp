// SPDX-License-Identifier: Apache-2.0
#include "MemoryView.h"

#include <algorithm>
#include <iterator>
#include <tuple>

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
using domain::GrantTokenFilter;
using domain::HandleHash;
using domain::KeyFilter;
using domain::Link;
using domain::LinkFilter;
using domain::LinkId;
using domain::LinkKey;
using domain::PendingRefresh;
using domain::Stage;
using domain::StageFilter;
using domain::StateHash;
using domain::Timestamp;

template <class Record, class Fits>
std::vector<Record> recordsIn(const std::map<std::string, Record>& table, const Fits& fits) {
    std::vector<Record> records;
    for (const auto& [id, record] : table)
        if (fits(record))
            records.push_back(record);
    return records;
}

template <class Record, class KeyOf>
void sortBy(std::vector<Record>& records, const KeyOf& keyOf) {
    std::sort(records.begin(), records.end(),
              [&](const Record& one, const Record& other) { return keyOf(one) < keyOf(other); });
}

template <class Record, class IsDamaged>
std::vector<Record> soundOf(std::vector<Record> records, std::size_t limit, const IsDamaged& isDamaged) {
    std::erase_if(records, isDamaged);
    if (limit != 0 && records.size() > limit)
        records.resize(limit);
    return records;
}

template <class Value>
bool fits(const Value& wanted, const Value& value) {
    return wanted == Value{} || wanted == value;
}

template <class Value>
bool fits(const std::optional<Value>& wanted, const Value& value) {
    return !wanted || *wanted == value;
}

bool reaches(const Account& account, const std::string& site) {
    return std::any_of(account.sites.begin(), account.sites.end(),
                       [&](const domain::Site& each) { return each.id == site || each.url == site; });
}

bool fitsAccount(const AccountFilter& filter, const Account& account) {
    return fits(filter.client, account.client) && fits(filter.provider, account.provider) &&
           fits(filter.subject, account.subject) && (filter.site.empty() || reaches(account, filter.site)) &&
           fits(filter.upstreamId, account.identity.upstreamId) && fits(filter.status, account.status) &&
           fits(filter.only, account.id) &&
           (!filter.after ||
            std::tie(account.createdAt, account.id) > std::tie(filter.after->createdAt, filter.after->id));
}

bool fitsLink(const LinkFilter& filter, const Link& link) {
    return fits(filter.client, link.client) && fits(filter.provider, link.provider) &&
           fits(filter.subject, link.subject) &&
           (filter.statuses.empty() || filter.statuses.count(link.status) != 0) &&
           fits(filter.account, link.account) && fits(filter.relinkAccount, link.relinkAccount) &&
           fits(filter.issuer, link.issuer) &&
           (!filter.expiresAfter || link.expiresAt > *filter.expiresAfter) &&
           (!filter.expiresBy || link.expiresAt <= *filter.expiresBy) &&
           (!filter.isUnnoted || !link.endedAt) && (!filter.hasState || !link.stateHash.empty());
}

bool hasEnded(const GrantTokenFilter& filter, const GrantToken& token) {
    return (filter.expiresBy && token.expiresAt <= *filter.expiresBy) ||
           (filter.unusedSince && token.lastUsedAt <= *filter.unusedSince);
}

bool fitsStage(const StageFilter& filter, const Stage& stage) {
    const bool isNamed =
        std::find(filter.providers.begin(), filter.providers.end(), stage.provider) != filter.providers.end();
    const bool isWanted = filter.isOfOthers ? !isNamed : isNamed || filter.providers.empty();
    return isWanted && fits(filter.client, stage.client) && fits(filter.state, stage.state);
}

} // namespace

bool isNamedBy(const Link& link, const LinkKey& key) {
    struct Names {
        const Link& link;
        bool operator()(const LinkId& id) const { return link.id == id; }
        bool operator()(const CodeHash& hash) const { return link.codeHash == hash.bytes; }
        bool operator()(const HandleHash& hash) const { return link.handleHash == hash.bytes; }
        bool operator()(const StateHash& hash) const {
            return !hash.bytes.empty() && link.stateHash == hash.bytes;
        }
    };
    return std::visit(Names{link}, key);
}

bool isOf(const Account& account, const AccountIdentity& identity) {
    return account.client == identity.client && account.provider == identity.provider &&
           account.subject == identity.subject && account.identity.upstreamId == identity.upstreamId;
}

bool MemoryView::isDamaged(const std::string& table, const std::string& row) const {
    return _data.damaged.count(table + "/" + row) != 0;
}

void MemoryView::requireSound(const std::string& table, const std::string& row) const {
    if (isDamaged(table, row))
        throw domain::DamagedRowError(table, row, "any", "another program has changed it");
}

std::optional<Client> MemoryView::find(const ClientId& id) const {
    step("find client");
    requireSound("clients", id.value());
    return recordIn(_data.clients, id.value());
}

std::vector<Client> MemoryView::clients() const {
    step("select clients");
    auto all = soundOf(recordsIn(_data.clients, [](const Client&) { return true; }), 0,
                       [&](const Client& client) { return isDamaged("clients", client.id.value()); });
    sortBy(all, [](const Client& client) { return client.name; });
    return all;
}

std::optional<ClientKey> MemoryView::findKey(const std::string& keyId) const {
    step("find key");
    requireSound("client_keys", keyId);
    return recordIn(_data.keys, keyId);
}

std::vector<ClientKey> MemoryView::select(const KeyFilter& filter) const {
    step("select keys");
    auto keys = recordsIn(_data.keys, [&](const ClientKey& key) {
        return fits(filter.client, key.clientId) && fits(filter.issuer, key.issuer);
    });
    sortBy(keys, [](const ClientKey& key) { return std::tie(key.createdAt, key.keyId); });
    return soundOf(std::move(keys), 0,
                   [&](const ClientKey& key) { return isDamaged("client_keys", key.keyId); });
}

std::optional<GrantToken> MemoryView::findGrantToken(const std::string& keyId) const {
    step("find grant token");
    requireSound("grant_tokens", keyId);
    return recordIn(_data.tokens, keyId);
}

std::vector<GrantToken> MemoryView::all(const GrantTokenFilter& filter) const {
    auto tokens = recordsIn(_data.tokens, [&](const GrantToken& token) {
        const auto account = recordIn(_data.accounts, token.account.value());
        return fits(filter.account, token.account) && fits(filter.issuer, token.issuer) &&
               fits(filter.parent, token.parent) &&
               (filter.client.empty() || (account && account->client == filter.client)) &&
               ((!filter.expiresBy && !filter.unusedSince) || hasEnded(filter, token));
    });
    sortBy(tokens, [](const GrantToken& token) { return std::tie(token.createdAt, token.keyId); });
    return tokens;
}

std::vector<GrantToken> MemoryView::select(const GrantTokenFilter& filter) const {
    step("select grant tokens");
    return soundOf(all(filter), filter.limit,
                   [&](const GrantToken& token) { return isDamaged("grant_tokens", token.keyId); });
}

std::size_t MemoryView::count(const GrantTokenFilter& filter) const {
    step("count grant tokens");
    return all(filter).size();
}

std::optional<Account> MemoryView::find(const AccountId& id) const {
    step("find account");
    requireSound("accounts", id.value());
    return recordIn(_data.accounts, id.value());
}

std::optional<Account> MemoryView::find(const AccountIdentity& identity) const {
    step("find account");
    for (const auto& [id, account] : _data.accounts)
        if (isOf(account, identity)) {
            requireSound("accounts", id);
            return account;
        }
    return std::nullopt;
}

std::optional<Account> MemoryView::identityOf(const AccountId& id) const {
    step("find identity");
    const auto account = recordIn(_data.accounts, id.value());
    if (!account)
        return std::nullopt;
    Account identity;
    identity.id = account->id;
    identity.client = account->client;
    identity.provider = account->provider;
    identity.subject = account->subject;
    identity.identity.upstreamId = account->identity.upstreamId;
    identity.grantedBy = account->grantedBy;
    return identity;
}

std::vector<Account> MemoryView::all(const AccountFilter& filter) const {
    auto accounts =
        recordsIn(_data.accounts, [&](const Account& account) { return fitsAccount(filter, account); });
    sortBy(accounts, [](const Account& account) { return std::tie(account.createdAt, account.id); });
    return accounts;
}

std::vector<Account> MemoryView::select(const AccountFilter& filter) const {
    step("select accounts");
    return soundOf(all(filter), filter.limit,
                   [&](const Account& account) { return isDamaged("accounts", account.id.value()); });
}

std::size_t MemoryView::count(const AccountFilter& filter) const {
    step("count accounts");
    return all(filter).size();
}

std::optional<Grant> MemoryView::grantOf(const AccountId& id) const {
    step("find grant");
    requireSound("grants", id.value());
    return recordIn(_data.grants, id.value());
}

std::optional<PendingRefresh> MemoryView::pendingRefreshOf(const AccountId& id) const {
    step("find pending refresh");
    requireSound("pending_refreshes", id.value());
    const auto found = std::find_if(_data.refreshes.begin(), _data.refreshes.end(),
                                    [&](const PendingRefresh& each) { return each.account == id; });
    return found == _data.refreshes.end() ? std::nullopt : std::optional(*found);
}

std::vector<PendingRefresh> MemoryView::pendingRefreshes() const {
    step("select pending refreshes");
    std::vector<PendingRefresh> sound;
    std::copy_if(
        _data.refreshes.begin(), _data.refreshes.end(), std::back_inserter(sound),
        [&](const PendingRefresh& each) { return !isDamaged("pending_refreshes", each.account.value()); });
    return sound;
}

std::optional<GrantCheck> MemoryView::checkOf(const AccountId& id) const {
    step("find check");
    return recordIn(_data.checks, id.value());
}

std::vector<GrantCheck> MemoryView::dueChecks(Timestamp by, std::size_t most) const {
    step("select checks");
    auto due = recordsIn(_data.checks, [&](const GrantCheck& check) { return check.due <= by; });
    sortBy(due, [](const GrantCheck& check) { return check.due; });
    due.resize(std::min(due.size(), most));
    return due;
}

std::optional<domain::KeepingState> MemoryView::keepingState() const {
    step("find keeping state");
    return _data.keeping;
}

std::optional<Link> MemoryView::find(const LinkKey& key) const {
    step("find link");
    for (const auto& [id, link] : _data.links)
        if (isNamedBy(link, key)) {
            requireSound("links", id);
            return link;
        }
    return std::nullopt;
}

std::vector<Link> MemoryView::all(const LinkFilter& filter) const {
    auto links = recordsIn(_data.links, [&](const Link& link) { return fitsLink(filter, link); });
    sortBy(links, [&](const Link& link) {
        return std::tie(filter.expiresBy ? link.expiresAt : link.createdAt, link.id);
    });
    return links;
}

std::vector<Link> MemoryView::select(const LinkFilter& filter) const {
    step("select links");
    return soundOf(all(filter), filter.limit,
                   [&](const Link& link) { return isDamaged("links", link.id.value()); });
}

std::size_t MemoryView::count(const LinkFilter& filter) const {
    step("count links");
    return all(filter).size();
}

std::optional<Stage> MemoryView::stageOf(const LinkId& link) const {
    step("find stage");
    requireSound("stages", link.value());
    const auto found = std::find_if(_data.stages.begin(), _data.stages.end(),
                                    [&](const Stage& stage) { return stage.link == link; });
    return found == _data.stages.end() ? std::nullopt : std::optional(*found);
}

std::vector<Stage> MemoryView::select(const StageFilter& filter) const {
    step("select stages");
    std::vector<Stage> stages;
    std::copy_if(_data.stages.begin(), _data.stages.end(), std::back_inserter(stages),
                 [&](const Stage& stage) { return fitsStage(filter, stage); });
    return soundOf(std::move(stages), filter.limit,
                   [&](const Stage& stage) { return isDamaged("stages", stage.link.value()); });
}

} // namespace central_oauth::memory
