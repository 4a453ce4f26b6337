// SPDX-License-Identifier: Apache-2.0
// The end of accounts and clients, and what becomes of the grants they held.
#pragma once

#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <cstddef>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// An account that was just removed.
struct RemovedAccount {
    LinkId droppedUnder;            ///< of the dropped stage that its grant became; empty: there is none
    std::vector<LinkId> endedLinks; ///< that were to link it again
};

/// Returns the link under which the account's grant becomes a dropped stage. A damaged account may have lost
/// the link that brought its grant; the account's own id then stands for it.
[[nodiscard]] LinkId droppedUnder(const Account& account);

/// Removes account, grant and grant tokens, and ends the links that were to link it again. A grant that is to
/// be revoked becomes a dropped stage, if its refresh token can be opened. Of `account` only the identity is
/// used.
RemovedAccount removeAccount(Transaction& transaction, const Sealer& sealer, const Account& account,
                             Timestamp now, Revocation revocation);

/// Removes the client with everything that belongs to it. Grants that wait for their delivery become dropped
/// stages.
void removeClient(Transaction& transaction, const Client& client);

/// How much a client has.
struct ClientHoldings {
    std::size_t accounts = 0;
    std::size_t people = 0; ///< different ones at upstream behind the accounts
    std::size_t keys = 0;
    std::size_t grantTokens = 0;
    std::size_t openLinks = 0; ///< neither finished nor expired
};

[[nodiscard]] ClientHoldings holdingsOf(const ReadView& view, const ClientId& client, Timestamp now);

/// Returns how many accounts, of any client, rest on this person at one of these providers. Grants that wait
/// for their delivery count as well.
[[nodiscard]] std::size_t countOfPerson(const ReadView& view, const Sealer& sealer,
                                        const std::vector<std::string>& providers,
                                        const std::string& upstreamId);

} // namespace central_oauth::domain
