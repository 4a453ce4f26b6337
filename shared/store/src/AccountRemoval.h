// SPDX-License-Identifier: Apache-2.0
// The end of an account's rows, whoever asks for it. The caller holds the transaction.
#pragma once

#include "Vault.h"
#include "central_oauth/store/AccountRepository.h"

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// Deletes the account, its tokens and its grant tokens, ends the links that were to link it again, and drops
/// what could still be read of its delivery. A refresh token that can't be opened comes back empty. A grant
/// that is to be revoked becomes a dropped stage of the link that brought it, if it can be opened.
RemovedAccount removeAccount(Poco::Data::Session& session, const Vault& vault, Account account, Timestamp now,
                             Revocation revocation);

/// Links that were to link this account again and that a person has approved already are to make a new one:
/// what another link brought may go without them. To be called before removeAccount.
void releaseApprovedRelinks(Poco::Data::Session& session, const AccountId& account);

} // namespace central_oauth::store
