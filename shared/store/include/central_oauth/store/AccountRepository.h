// SPDX-License-Identifier: Apache-2.0
// Accounts and the tokens of their grants.
#pragma once

#include "central_oauth/store/Records.h"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A sealed value of one row can't be opened: tampered with, moved, or sealed by a lost key. Never content.
class UndecryptableError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Which accounts of an owner a list holds.
struct AccountFilter {
    std::string provider; ///< empty: any
    std::optional<std::string> subject;
};

/// One page of a list, in an order that inserts do not disturb.
struct AccountPage {
    std::vector<Account> items;
    std::optional<std::string> nextCursor; ///< opaque; empty on the last page
};

/// Accounts. Threads: any. Errors: base::Error(storeUnavailable) from every function.
class AccountRepository {
public:
    virtual ~AccountRepository() = default;

    /// Empty: the owner has no such account.
    [[nodiscard]] virtual std::optional<Account> find(const ClientId& owner, const AccountId& id) const = 0;

    /// Oldest first; a re-link makes an account no younger. Requires: a limit of at least 1. `cursor` is a
    /// nextCursor or empty. Throws: Error(invalidRequest) for any other cursor.
    [[nodiscard]] virtual AccountPage list(const ClientId& owner, const AccountFilter& filter, int limit,
                                           const std::string& cursor) const = 0;

    /// The tokens, opened. Empty: no such account. Throws: UndecryptableError.
    [[nodiscard]] virtual std::optional<Tokens> findTokens(const AccountId& id) const = 0;

    /// Compare-and-swap: stores a new pair and scopes as version `expectedVersion` + 1 if the account still
    /// has `expectedVersion`, durably before it returns. Empty refresh token: the stored one stays. The new
    /// version, or nothing if the account is gone or has moved on: then the caller's pair must not be used.
    /// The account is active then, whatever it was. Throws: UndecryptableError if the stored refresh token is
    /// to stay and can't be opened.
    [[nodiscard]] virtual std::optional<std::int64_t>
    replaceTokens(const AccountId& id, std::int64_t expectedVersion, const Tokens& fresh,
                  const std::vector<std::string>& scopes, Timestamp now) = 0;

    /// Marks the grant of that version dead; its tokens stay. Marked again it keeps the time of the first.
    /// False: gone or moved on.
    virtual bool markDead(const AccountId& id, std::int64_t version, const std::string& reason,
                          Timestamp now) = 0;

    /// Keeps the time of last use, to the minute: most calls only read.
    virtual void markUsed(const AccountId& id, Timestamp now) = 0;

    /// Deletes account and tokens in one step and returns what was deleted. Empty: the owner has no such
    /// account.
    virtual std::optional<Account> remove(const ClientId& owner, const AccountId& id) = 0;
};

} // namespace central_oauth::store
