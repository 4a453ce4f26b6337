// SPDX-License-Identifier: Apache-2.0
// Accounts in SQLite.
#pragma once

#include "Database.h"
#include "Vault.h"
#include "central_oauth/store/AccountRepository.h"

namespace central_oauth::store {

/// Where a page ended: created_at and id of its last account.
struct AccountPosition {
    std::int64_t createdAt = 0;
    std::string id;
};

/// AccountRepository on a Database. Borrows both, which outlive it.
class SqliteAccountRepository final : public AccountRepository {
public:
    SqliteAccountRepository(Database& database, const Vault& vault) : _database(database), _vault(vault) {}

    [[nodiscard]] std::optional<Account> find(const ClientId& owner, const AccountId& id) const override;
    [[nodiscard]] std::optional<Account> findIdentity(const ClientId& owner,
                                                      const AccountId& id) const override;
    [[nodiscard]] std::optional<Account> findLatest(const ClientId& owner, const std::string& provider,
                                                    const std::string& subject) const override;
    [[nodiscard]] AccountPage list(const ClientId& owner, const AccountFilter& filter, int limit,
                                   const std::string& cursor) const override;
    [[nodiscard]] std::optional<Tokens> findTokens(const AccountId& id) const override;
    void requireWritable() const override { _database.watch().requireWorking(); }
    [[nodiscard]] std::optional<std::int64_t> replaceTokens(const AccountId& id, std::int64_t expectedVersion,
                                                            const Tokens& fresh,
                                                            const std::vector<std::string>& scopes,
                                                            Timestamp now) override;
    bool markDead(const AccountId& id, std::int64_t version, const std::string& reason,
                  Timestamp now) override;
    void markProblem(const AccountId& id, std::int64_t version, const std::string& problem,
                     Timestamp now) override;
    std::optional<Account> change(const ClientId& owner, const AccountId& id,
                                  const AccountChange& change) override;
    [[nodiscard]] int countOfPerson(const std::vector<std::string>& providers,
                                    const std::string& upstreamId) const override;
    bool markUsed(const AccountId& id, Timestamp now) override;
    std::optional<RemovedAccount> remove(const ClientId& owner, const AccountId& id, Timestamp now,
                                         Revocation revocation = Revocation::none) override;

private:
    // A list's request with the place after which it goes on, and how many rows the statement may yield.
    struct PageRequest {
        const ClientId& owner;
        const AccountFilter& filter;
        const std::optional<AccountPosition>& after;
        std::size_t wanted;
        std::size_t rows;
    };

    // Fills the page. How many damaged rows stood in its way; 0 if the page is full all the same.
    [[nodiscard]] std::size_t readPage(const PageRequest& request, AccountPage& page) const;

    Database& _database;
    const Vault& _vault;
};

} // namespace central_oauth::store
