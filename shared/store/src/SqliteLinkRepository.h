// SPDX-License-Identifier: Apache-2.0
// Links in SQLite. Creation, look-up and end are in SqliteLinkRepository.cpp, the browser's side in
// SqliteLinkAuthorization.cpp, delivery in SqliteLinkDelivery.cpp.
#pragma once

#include "Database.h"
#include "LinkRows.h"
#include "Vault.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/store/LinkRepository.h"

namespace central_oauth::store {

/// LinkRepository on a Database. Borrows database and vault, which outlive it.
class SqliteLinkRepository final : public LinkRepository {
public:
    SqliteLinkRepository(Database& database, const Vault& vault, logging::Channel log)
        : _database(database), _vault(vault), _log(std::move(log)) {}

    [[nodiscard]] bool create(const Link& link) override;
    [[nodiscard]] LiveLinks countLive(const ClientId& client, const std::string& subject,
                                      Timestamp now) const override;
    [[nodiscard]] std::vector<LinkProof> proofs(Timestamp since) const override;
    [[nodiscard]] std::optional<Link> find(const LinkId& id) const override;
    [[nodiscard]] std::optional<Link> findByCode(const std::string& codeHash) const override;
    [[nodiscard]] std::optional<Link> findByHandle(const std::string& handleHash) const override;
    [[nodiscard]] std::vector<Link> findStaged(const ClientId& client, const std::string& provider,
                                               const std::string& subject, Timestamp now) const override;
    Link recordWrongEntry(const LinkId& id, int limit, Timestamp now) override;
    [[nodiscard]] bool beginAuthorization(const LinkId& id, const std::string& browserHash,
                                          const std::string& stateHash, const Authorization& authorization,
                                          Timestamp now) override;
    [[nodiscard]] std::optional<Authorization> findAuthorization(const LinkId& id) const override;
    [[nodiscard]] std::optional<TakenState> takeState(const std::string& stateHash, Timestamp now) override;
    [[nodiscard]] bool stage(const LinkId& id, const StagedGrant& grant, Timestamp now,
                             Timestamp expiresAt) override;
    [[nodiscard]] bool chooseSite(const LinkId& id, const std::string& site, Timestamp now,
                                  Timestamp expiresAt) override;
    [[nodiscard]] std::optional<StagedGrant> findStagedDescription(const LinkId& id) const override;
    bool end(const LinkId& id, EndReason reason, Timestamp now,
             const std::optional<EndCause>& cause) override;
    std::optional<WithdrawnGrant> withdraw(const LinkId& id, EndReason reason, Timestamp now) override;
    Delivery deliver(const LinkId& id, const AccountId& newId, const DeliveryRule& rule,
                     Timestamp now) override;
    [[nodiscard]] bool mayBeDelivered(const LinkId& id, const DeliveryRule& rule,
                                      Timestamp now) const override;
    [[nodiscard]] std::vector<Link> noteExpired(Timestamp now, int most) override;
    [[nodiscard]] bool noteExpiry(const LinkId& id, Timestamp now) override;
    int purge(const DeliveryRule& rule, Timestamp now) override;

private:
    void noteEnds(std::vector<LinkRow>& rows, Timestamp now);
    [[nodiscard]] bool noteOneEnd(const LinkId& id, Timestamp now);
    [[nodiscard]] std::optional<Link> findBy(const std::string& column, const std::string& hash) const;
    Delivery deliverFirst(Poco::Data::Session& session, const LinkRow& row, LinkRow delivered,
                          const DeliveryRule& rule, Timestamp now);
    Delivery deliverAgain(Poco::Data::Session& session, const LinkRow& row, const DeliveryRule& rule,
                          Timestamp now);
    [[nodiscard]] std::optional<WithdrawnGrant> withdrawStaged(const LinkRow& row) const;
    std::optional<WithdrawnGrant> withdrawDelivered(Poco::Data::Session& session, const LinkRow& row,
                                                    Timestamp now);
    // Creates the account of a grant or renews the one it is for; the account as it is then.
    std::optional<Account> storeGrant(Poco::Data::Session& session, const Link& link,
                                      const StagedGrant& grant, const AccountId& newId, Timestamp now);

    Database& _database;
    const Vault& _vault;
    logging::Channel _log;
};

} // namespace central_oauth::store
