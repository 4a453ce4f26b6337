// SPDX-License-Identifier: Apache-2.0
// Dropped stages in SQLite.
#pragma once

#include "Database.h"
#include "Vault.h"
#include "central_oauth/store/DroppedStageRepository.h"

namespace central_oauth::store {

/// DroppedStageRepository on a Database. Borrows database and vault, which outlive it.
class SqliteDroppedStageRepository final : public DroppedStageRepository {
public:
    SqliteDroppedStageRepository(Database& database, const Vault& vault)
        : _database(database), _vault(vault) {}

    void add(const Link& link, const StagedGrant& grant) override;
    [[nodiscard]] std::vector<DroppedStage> list(const std::vector<std::string>& providers,
                                                 int most) const override;
    [[nodiscard]] bool contains(const LinkId& link) const override;
    void requireWritable() const override;
    bool remove(const LinkId& link) override;

private:
    Database& _database;
    const Vault& _vault;
};

} // namespace central_oauth::store
