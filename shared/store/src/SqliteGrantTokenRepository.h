// SPDX-License-Identifier: Apache-2.0
// Grant tokens in SQLite.
#pragma once

#include "Database.h"
#include "central_oauth/store/GrantTokenRepository.h"

namespace central_oauth::store {

/// GrantTokenRepository on a Database. Borrows it; it outlives this.
class SqliteGrantTokenRepository final : public GrantTokenRepository {
public:
    explicit SqliteGrantTokenRepository(Database& database) : _database(database) {}

    GrantToken create(const GrantToken& token, int most) override;
    [[nodiscard]] std::optional<KnownGrantToken> find(const std::string& keyId) const override;
    [[nodiscard]] std::vector<GrantTokenProof> proofs() const override;
    [[nodiscard]] std::vector<GrantToken> list(const AccountId& account) const override;
    std::vector<std::string> remove(const AccountId& account, const std::string& keyId,
                                    Successors successors) override;
    bool markUsed(const std::string& keyId, Timestamp now) override;
    int purge(std::chrono::seconds unused, Timestamp now) override;

private:
    Database& _database;
};

} // namespace central_oauth::store
