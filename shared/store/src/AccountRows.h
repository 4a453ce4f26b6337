// SPDX-License-Identifier: Apache-2.0
// Rows of accounts and tokens, as accounts and deliveries both need them. The caller holds the transaction.
#pragma once

#include "Query.h"
#include "Vault.h"
#include "central_oauth/store/Records.h"

#include <cstdint>
#include <optional>
#include <string>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// SELECT of whole accounts `a` (with tokens `t`), to be followed by a WHERE clause; read it with
/// intoAccount, and `more` (", a.column") after that.
[[nodiscard]] std::string accountSelect(const std::string& more = {});
void intoAccount(Query& query, Account& account);

/// An account of that owner.
[[nodiscard]] std::optional<Account> selectAccount(Poco::Data::Session& session, const ClientId& owner,
                                                   const AccountId& id);

/// An account of whatever owner.
[[nodiscard]] std::optional<Account> selectAccount(Poco::Data::Session& session, const AccountId& id);

/// As selectAccount, but of the rest only the identity: whatever else the row holds.
[[nodiscard]] std::optional<Account> selectIdentity(Poco::Data::Session& session, const ClientId& owner,
                                                    const AccountId& id);

/// An account that a re-link renews.
struct SameAccount {
    Account account;             ///< id, label, last use and token version; the rest may be damaged
    std::int64_t generation = 0; ///< of its tokens; 0 if it can't be read
};

/// The account that has this client, provider, subject and upstream id, be it damaged otherwise.
[[nodiscard]] std::optional<SameAccount> selectSameAccount(Poco::Data::Session& session, const Account& like);

void insertAccount(Poco::Data::Session& session, const Account& account);

/// Keeps what has changed since `before`.
void keepAccount(Poco::Data::Session& session, const Account& before, const Account& after);

/// Writes all that a re-link renews, whatever the row held.
void keepRenewed(Poco::Data::Session& session, const Account& account);

/// Whose tokens they are. All of it is authenticated with them: who changes the account's row breaks the
/// seal.
struct TokenOwner {
    ClientId client;
    std::string provider;
    std::string subject;
    std::string upstreamId;
};

[[nodiscard]] TokenOwner ownerOf(const Account& account);

/// A row of tokens as it is stored.
struct TokenRow {
    TokenOwner owner;
    std::string accessToken;  ///< sealed
    std::string refreshToken; ///< sealed
    Timestamp accessExpiresAt;
    base::Moment granted;
    std::int64_t version = 0;
    std::int64_t generation = 0;
};

[[nodiscard]] std::optional<TokenRow> selectTokens(Poco::Data::Session& session, const AccountId& id);

/// Opens one of the row's two columns, "access_token" or "refresh_token". Throws: UndecryptableError.
[[nodiscard]] Secret openToken(const Vault& vault, const AccountId& id, const TokenRow& row,
                               const std::string& column);

/// Seals the pair for the given generation and writes it as `tokens.version`: a new row, or over the old one.
void storeTokens(Poco::Data::Session& session, const Vault& vault, const TokenOwner& owner,
                 const AccountId& id, const Tokens& tokens, std::int64_t generation);

} // namespace central_oauth::store
