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
    std::string provider{}; ///< empty: any
    std::optional<std::string> subject{};
    std::string site{};       ///< id, or URL in any spelling, of a site that the grant reaches; empty: any
    std::string upstreamId{}; ///< empty: any
    std::optional<AccountStatus> status{};
    AccountId only{}; ///< empty: any
};

/// What an owner may change of an account; what is not named stays.
struct AccountChange {
    std::optional<std::string> chosenSite{}; ///< id of one of its sites, or empty for none
    std::optional<std::string> label{};
};

/// An account that was just deleted, with what a revocation upstream needs.
struct RemovedAccount {
    Account account;
    Secret refreshToken;            ///< empty if it could not be opened
    LinkId droppedUnder;            ///< of the dropped stage that its grant became; empty: there is none
    std::vector<LinkId> endedLinks; ///< that were to link it again
};

/// Returns the link under which the account's grant becomes a dropped stage. A damaged account may have lost
/// the link that brought its grant; the account's own id then stands for it.
[[nodiscard]] inline LinkId droppedUnder(const Account& account) {
    return account.grantedBy.empty() ? LinkId(account.id.value()) : account.grantedBy;
}

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

    /// Whose account it is: id, client, provider, subject and upstream id, also if the rest of its row is
    /// damaged. Empty: the owner has no such account.
    [[nodiscard]] virtual std::optional<Account> findIdentity(const ClientId& owner,
                                                              const AccountId& id) const = 0;

    /// Of the accounts with that provider and subject the one linked last. Empty: none.
    [[nodiscard]] virtual std::optional<Account>
    findLatest(const ClientId& owner, const std::string& provider, const std::string& subject) const = 0;

    /// Oldest first; a re-link makes an account no younger. Requires: a limit of at least 1. `cursor` is a
    /// nextCursor or empty. Throws: Error(invalidRequest) for any other cursor.
    [[nodiscard]] virtual AccountPage list(const ClientId& owner, const AccountFilter& filter, int limit,
                                           const std::string& cursor) const = 0;

    /// The tokens, opened. Empty: no such account. Throws: UndecryptableError.
    [[nodiscard]] virtual std::optional<Tokens> findTokens(const AccountId& id) const = 0;

    /// To be asked before a refresh: a pair that can't be stored is lost, and the grant with it. Throws:
    /// Error(storeUnavailable) if replaceTokens would fail, by all that is known.
    virtual void requireWritable() const = 0;

    /// Compare-and-swap: stores a new pair and scopes as version `expectedVersion` + 1 if the account still
    /// has `expectedVersion`, durably before it returns. Empty refresh token: the stored one stays. The new
    /// version, or nothing if the account is gone or has moved on: then the caller's pair must not be used.
    /// The account is active and without a problem then, whatever it was. Throws: UndecryptableError if the
    /// stored refresh token is to stay and can't be opened.
    [[nodiscard]] virtual std::optional<std::int64_t>
    replaceTokens(const AccountId& id, std::int64_t expectedVersion, const Tokens& fresh,
                  const std::vector<std::string>& scopes, Timestamp now) = 0;

    /// Marks the grant of that version dead; its tokens stay. Marked again it keeps the time of the first.
    /// False: gone or moved on.
    virtual bool markDead(const AccountId& id, std::int64_t version, const std::string& reason,
                          Timestamp now) = 0;

    /// Keeps that a refresh of that version failed, and since when; the same problem again changes nothing.
    virtual void markProblem(const AccountId& id, std::int64_t version, const std::string& problem,
                             Timestamp now) = 0;

    /// The account as it is afterwards. Empty: the owner has no such account.
    virtual std::optional<Account> change(const ClientId& owner, const AccountId& id,
                                          const AccountChange& change) = 0;

    /// How many accounts, of whatever client, rest on this person at one of these providers; grants that wait
    /// for their delivery count as well.
    [[nodiscard]] virtual int countOfPerson(const std::vector<std::string>& providers,
                                            const std::string& upstreamId) const = 0;

    /// Stores the time of last use, to the minute: most calls only read. Waits for no other write and no
    /// lock. Returns false if one is in the way; the time is not stored then.
    virtual bool markUsed(const AccountId& id, Timestamp now) = 0;

    /// Deletes account, tokens and grant tokens in one step, and ends the links that were to link it again.
    /// A damaged row goes like any other; of such an account only the identity comes back. A grant that is to
    /// be revoked becomes a dropped stage of the link that brought it, if it can be opened. Returns nullopt
    /// if the owner has no such account.
    virtual std::optional<RemovedAccount> remove(const ClientId& owner, const AccountId& id, Timestamp now,
                                                 Revocation revocation = Revocation::none) = 0;
};

} // namespace central_oauth::store
