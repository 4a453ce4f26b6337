// SPDX-License-Identifier: Apache-2.0
// Removal of accounts and clients, and of the grants they hold.
#pragma once

#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <cstddef>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// Returns the key of the dropped stage that the account's grant becomes: the link that brought the grant. A
/// damaged account may have lost that link; the account's own id then takes its place.
[[nodiscard]] LinkId stageKeyOf(const Account& account);

/// Removes the account, its grant and its grant tokens, and ends the links that were to relink it. A grant to
/// be revoked becomes a dropped stage if its refresh token can be opened. Returns the key of that stage, or
/// an empty id if no stage was dropped. Uses only the identity of `account`.
LinkId removeAccount(Transaction& transaction, const Sealer& sealer, const Account& account, Timestamp now,
                     Revocation revocation);

/// Removes the client and everything that belongs to it. Grants that wait for delivery become dropped stages.
void removeClient(Transaction& transaction, const Client& client);

/// What a client has.
struct ClientHoldings {
    std::size_t accounts = 0;
    std::size_t people = 0; ///< distinct people upstream behind the accounts
    std::size_t keys = 0;
    std::size_t grantTokens = 0;
    std::size_t openLinks = 0; ///< neither finished nor expired
};

[[nodiscard]] ClientHoldings holdingsOf(const ReadView& view, const ClientId& client, Timestamp now);

/// Returns how many accounts of any client belong to this person at one of these providers. Counts grants
/// that wait for delivery as well.
[[nodiscard]] std::size_t countOfPerson(const ReadView& view, const Sealer& sealer,
                                        const std::vector<std::string>& providers,
                                        const std::string& upstreamId);

} // namespace central_oauth::domain
