// SPDX-License-Identifier: Apache-2.0
// Clients and their keys in SQLite.
#pragma once

#include "Database.h"
#include "central_oauth/store/ClientRepository.h"

namespace central_oauth::store {

/// ClientRepository on a Database. Borrows it; it outlives this.
class SqliteClientRepository final : public ClientRepository {
public:
    explicit SqliteClientRepository(Database& database) : _database(database) {}

    void create(const Client& client, const ClientKey& key) override;
    [[nodiscard]] std::vector<KnownKey> keys() const override;
    void addKey(const ClientKey& key, int most) override;
    void rotateKey(const ClientKey& fresh, const std::string& old, Timestamp oldEnds, int most) override;
    RemovedKeys removeKey(const ClientId& client, const std::string& keyId, Issued issued,
                          Timestamp now) override;
    [[nodiscard]] std::map<std::string, int> grantTokensByIssuer(const ClientId& client) const override;
    [[nodiscard]] std::optional<Client> find(const ClientId& id) const override;
    [[nodiscard]] std::vector<Client> list() const override;
    [[nodiscard]] ClientHoldings holdings(const ClientId& id, Timestamp now) const override;
    bool remove(const std::string& name) override;
    void requireWritable() const override { _database.watch().requireWorking(); }

private:
    Database& _database;
};

} // namespace central_oauth::store
