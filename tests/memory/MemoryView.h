// SPDX-License-Identifier: Apache-2.0
// One function's view of a MemoryStore.
#pragma once

#include "MemoryStore.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace central_oauth::memory {

template <class Record>
[[nodiscard]] std::optional<Record> recordIn(const std::map<std::string, Record>& table,
                                             const std::string& id) {
    const auto found = table.find(id);
    return found == table.end() ? std::nullopt : std::optional(found->second);
}

[[nodiscard]] bool isNamedBy(const domain::Link& link, const domain::LinkKey& key);
[[nodiscard]] bool isOf(const domain::Account& account, const domain::AccountIdentity& identity);

/// Reads and changes `data`, and calls the hook before each verb.
class MemoryView final : public domain::Transaction {
public:
    using Hook = std::function<void(const std::string& step)>;

    MemoryView(Data& data, Hook hook) : _data(data), _hook(std::move(hook)) {}

    void step(const std::string& name) const { _hook(name); }
    [[nodiscard]] bool hasChanged() const noexcept { return _hasChanged; }
    [[nodiscard]] domain::Committed committed() const;

    [[nodiscard]] std::optional<domain::Client> find(const domain::ClientId& id) const override;
    [[nodiscard]] std::vector<domain::Client> clients() const override;
    [[nodiscard]] std::optional<domain::ClientKey> findKey(const std::string& keyId) const override;
    [[nodiscard]] std::vector<domain::ClientKey> select(const domain::KeyFilter& filter) const override;
    [[nodiscard]] std::optional<domain::GrantToken> findGrantToken(const std::string& keyId) const override;
    [[nodiscard]] std::vector<domain::GrantToken>
    select(const domain::GrantTokenFilter& filter) const override;
    [[nodiscard]] std::size_t count(const domain::GrantTokenFilter& filter) const override;
    [[nodiscard]] std::optional<domain::Account> find(const domain::AccountId& id) const override;
    [[nodiscard]] std::optional<domain::Account> find(const domain::AccountIdentity& identity) const override;
    [[nodiscard]] std::optional<domain::Account> identityOf(const domain::AccountId& id) const override;
    [[nodiscard]] std::vector<domain::Account> select(const domain::AccountFilter& filter) const override;
    [[nodiscard]] std::size_t count(const domain::AccountFilter& filter) const override;
    [[nodiscard]] std::optional<domain::Grant> grantOf(const domain::AccountId& id) const override;
    [[nodiscard]] std::optional<domain::PendingRefresh>
    pendingRefreshOf(const domain::AccountId& id) const override;
    [[nodiscard]] std::vector<domain::PendingRefresh> pendingRefreshes() const override;
    [[nodiscard]] std::optional<domain::GrantCheck> checkOf(const domain::AccountId& id) const override;
    [[nodiscard]] std::vector<domain::GrantCheck> dueChecks(domain::Timestamp by,
                                                            std::size_t most) const override;
    [[nodiscard]] std::optional<domain::KeepingState> keepingState() const override;
    [[nodiscard]] std::optional<domain::Link> find(const domain::LinkKey& key) const override;
    [[nodiscard]] std::vector<domain::Link> select(const domain::LinkFilter& filter) const override;
    [[nodiscard]] std::size_t count(const domain::LinkFilter& filter) const override;
    [[nodiscard]] std::optional<domain::Stage> stageOf(const domain::LinkId& link) const override;
    [[nodiscard]] std::vector<domain::Stage> select(const domain::StageFilter& filter) const override;

    void lock(const domain::ClientId& client) override;
    void put(const domain::Client& client) override;
    void put(const domain::ClientKey& key) override;
    void put(const domain::GrantToken& token) override;
    void put(const domain::Account& account) override;
    void put(const domain::Grant& grant) override;
    void put(const domain::PendingRefresh& refresh) override;
    void put(const domain::GrantCheck& check) override;
    void put(const domain::KeepingState& state) override;
    void put(const domain::Link& link) override;
    void put(const domain::Stage& stage) override;
    [[nodiscard]] bool add(const domain::Link& link) override;
    void erase(const domain::ClientId& id) override;
    void eraseKey(const std::string& keyId) override;
    void eraseGrantToken(const std::string& keyId) override;
    void erase(const domain::AccountId& id) override;
    void eraseGrant(const domain::AccountId& id) override;
    void eraseCheck(const domain::AccountId& id) override;
    std::size_t pullChecks(domain::Timestamp now, std::size_t most) override;
    void erasePendingRefresh(const domain::AccountId& id) override;
    void erase(const domain::LinkId& id) override;
    void eraseStage(const domain::LinkId& link) override;
    void record(const domain::AuditEntry& entry) override;
    std::size_t eraseAudit(domain::Timestamp before, std::size_t most) override;

private:
    [[nodiscard]] bool isDamaged(const std::string& table, const std::string& row) const;
    void requireSound(const std::string& table, const std::string& row) const;
    void change(const std::string& step);
    void eraseTokensOf(const domain::AccountId& account);

    // Returns the matching records, damaged ones included: `select` and `count` both need them.
    [[nodiscard]] std::vector<domain::GrantToken> all(const domain::GrantTokenFilter& filter) const;
    [[nodiscard]] std::vector<domain::Account> all(const domain::AccountFilter& filter) const;
    [[nodiscard]] std::vector<domain::Link> all(const domain::LinkFilter& filter) const;

    Data& _data;
    Hook _hook;
    bool _hasChanged = false;
    std::set<domain::LinkId> _putLinks;
    std::vector<domain::AuditEntry> _entries;
    std::vector<domain::ClientId> _erasedClients;
};

} // namespace central_oauth::memory
