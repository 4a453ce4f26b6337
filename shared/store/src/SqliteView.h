// SPDX-License-Identifier: Apache-2.0
// The domain's records in one SQLite transaction.
#pragma once

#include "Rows.h"
#include "central_oauth/domain/Store.h"

#include <string>

namespace central_oauth::store {

/// Reads and changes records within its caller's transaction. Not thread-safe.
class SqliteView final : public domain::Transaction {
public:
    explicit SqliteView(const RowAccess& access) : _access(access) {}

    /// Returns the links put and the entries recorded so far.
    [[nodiscard]] const domain::Committed& changes() const noexcept { return _changes; }

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
    void noteChange(const domain::Link& link);
    [[nodiscard]] std::string nameOfClient(const base::ClientId& client) const;

    RowAccess _access;
    domain::Committed _changes;
};

} // namespace central_oauth::store
