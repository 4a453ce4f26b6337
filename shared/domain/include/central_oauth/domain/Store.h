// SPDX-License-Identifier: Apache-2.0
// How records are kept. The domain decides, a back end of this interface keeps.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/domain/Link.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace central_oauth::domain {

/// base::Error(storeUnavailable): one row does not hold what this service stored. Only that row is refused.
/// Names the row, never its content.
class DamagedRowError : public base::Error {
public:
    DamagedRowError(std::string table, std::string row, std::string column, const std::string& problem);

    [[nodiscard]] const std::string& table() const noexcept { return _table; }
    [[nodiscard]] const std::string& row() const noexcept { return _row; }
    [[nodiscard]] const std::string& column() const noexcept { return _column; }
    [[nodiscard]] const std::string& problem() const noexcept { return _problem; }

private:
    std::string _table;
    std::string _row;
    std::string _column;
    std::string _problem;
};

/// What names one link besides its id. Hashes are raw bytes.
struct CodeHash {
    std::string bytes;
};
struct HandleHash {
    std::string bytes;
};
struct StateHash {
    std::string bytes;
};
using LinkKey = std::variant<LinkId, CodeHash, HandleHash, StateHash>;

/// What names one account besides its id: unique together.
struct AccountIdentity {
    ClientId client;
    std::string provider;
    std::string subject;
    std::string upstreamId;
};

// Which records are selected or counted: those that meet all conditions of the filter. An optional without a
// value, an empty text, id or list, and a false flag are no condition.

struct KeyFilter {
    ClientId client{};
    std::string issuer{};
};

struct GrantTokenFilter {
    AccountId account{};
    ClientId client{}; ///< of the token's account
    std::string issuer{};
    std::string parent{};
    std::optional<Timestamp> expiresBy{};   ///< has expired at that time
    std::optional<Timestamp> unusedSince{}; ///< last used at that time or before; one of the two is enough
    std::size_t limit = 0;                  ///< 0: all
};

/// Where a page of accounts begins: behind this one.
struct AccountPosition {
    Timestamp createdAt;
    AccountId id;
};

struct AccountFilter {
    ClientId client{};
    std::string provider{};
    std::optional<std::string> subject{};
    std::string site{}; ///< id, or canonical URL, of a site that the grant reaches
    std::string upstreamId{};
    std::optional<AccountStatus> status{};
    AccountId only{};
    std::optional<AccountPosition> after{};
    std::size_t limit = 0; ///< 0: all
};

struct LinkFilter {
    ClientId client{};
    std::string provider{};
    std::optional<std::string> subject{};
    std::set<LinkStatus> statuses{}; ///< one of these
    AccountId account{};             ///< the account that it made
    AccountId relinkAccount{};
    std::string issuer{};
    std::optional<Timestamp> expiresAfter{};
    std::optional<Timestamp> expiresBy{}; ///< has expired at that time
    bool isUnnoted = false;               ///< neither its end nor its expiry is noted
    bool hasState = false;                ///< its OAuth state has yet to come back
    std::size_t limit = 0;                ///< 0: all
};

struct StageFilter {
    ClientId client{};
    std::vector<std::string> providers{}; ///< one of these
    bool isOfOthers = false;              ///< all providers but `providers`, instead of these
    std::optional<StageState> state{};
    std::size_t limit = 0; ///< 0: all
};

/// One state of the store: all answers come from the same snapshot, which in a transaction includes its own
/// changes. Valid within the function that received it.
///
/// `find` throws DamagedRowError for a row that another program has changed. `select` reports such a row and
/// leaves it out; `count` counts it, and ignores limits. Other errors: base::Error(storeUnavailable).
class ReadView {
public:
    virtual ~ReadView() = default;

    [[nodiscard]] virtual std::optional<Client> find(const ClientId& id) const = 0;
    [[nodiscard]] virtual std::vector<Client> clients() const = 0; ///< all, by name

    [[nodiscard]] virtual std::optional<ClientKey> findKey(const std::string& keyId) const = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<ClientKey> select(const KeyFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<GrantToken> findGrantToken(const std::string& keyId) const = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<GrantToken> select(const GrantTokenFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const GrantTokenFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<Account> find(const AccountId& id) const = 0;
    [[nodiscard]] virtual std::optional<Account> find(const AccountIdentity& identity) const = 0;
    /// Returns an account of which only id, client, provider, subject, upstream id and granting link are set.
    /// They are not authenticated, and the rest of the row may be damaged: only for removing accounts, and
    /// for finding out whose a damaged account is.
    [[nodiscard]] virtual std::optional<Account> identityOf(const AccountId& id) const = 0;
    /// Oldest first; a re-link does not change the order.
    [[nodiscard]] virtual std::vector<Account> select(const AccountFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const AccountFilter& filter) const = 0;
    [[nodiscard]] virtual std::optional<Grant> grantOf(const AccountId& id) const = 0;

    [[nodiscard]] virtual std::optional<Link> find(const LinkKey& key) const = 0;
    /// Oldest first; with `expiresBy` the earliest expiry first.
    [[nodiscard]] virtual std::vector<Link> select(const LinkFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const LinkFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<Stage> stageOf(const LinkId& link) const = 0;
    [[nodiscard]] virtual std::vector<Stage> select(const StageFilter& filter) const = 0; ///< oldest first
};

/// A change in the making. All of it becomes durable, or nothing.
///
/// `put` inserts a record or replaces the one with its id; it throws base::Error(conflict) if another record
/// has what must be unique (a client's name, an account's identity, a link's hashes), or if its owner is gone
/// (a key's or link's client, a grant's account). `erase` erases the row with that id, damaged or not, and
/// does nothing if there is none.
class Transaction : public ReadView {
public:
    /// Blocks until no other transaction holds the lock of that client, and holds it until this one ends.
    /// Call it before a rule counts what the client has.
    virtual void lock(const ClientId& client) = 0;

    virtual void put(const Client& client) = 0;
    virtual void put(const ClientKey& key) = 0;
    virtual void put(const GrantToken& token) = 0;
    virtual void put(const Account& account) = 0;
    virtual void put(const Grant& grant) = 0;
    virtual void put(const Link& link) = 0;
    virtual void put(const Stage& stage) = 0;

    /// Erases the client with its keys, links and accounts, and their grants and grant tokens. Stages stay.
    virtual void erase(const ClientId& id) = 0;
    virtual void eraseKey(const std::string& keyId) = 0;
    virtual void eraseGrantToken(const std::string& keyId) = 0;
    /// Erases the account with its grant and its grant tokens.
    virtual void erase(const AccountId& id) = 0;
    virtual void erase(const LinkId& id) = 0;
    virtual void eraseStage(const LinkId& link) = 0;

    /// Writes an audit entry; there is no other way to write one. An entry without a client's name gets the
    /// client's present name.
    virtual void record(const AuditEntry& entry) = 0;
    /// Erases at most `most` of the entries that are older than `before`. Returns how many it erased.
    virtual std::size_t eraseAudit(Timestamp before, std::size_t most) = 0;
};

/// What a committed transaction has changed, as far as observers need it.
struct Committed {
    struct LinkChange {
        LinkId id;
        LinkStatus status;
    };
    std::vector<LinkChange> links;   ///< each link that was put, once, with its last status
    std::vector<AuditEntry> entries; ///< with the clients' names
};

/// Receives which links a transaction has put and what it has recorded, once that is durable, on the thread
/// that called `transact`. Several threads call at once, and not in the order of their commits.
class CommitObserver {
public:
    virtual ~CommitObserver() = default;
    virtual void committed(const Committed& changes) noexcept = 0;
};

/// Records and their audit trail. Thread-safe.
///
/// `fn` may run more than once, and on another thread: it depends on its captures and its argument only, does
/// no input or output, asks no clock, takes no lock, and assigns a result as a whole. Randomness is for seals
/// only. An exception of `fn` undoes the transaction and reaches the caller.
///
/// Errors: base::Error(storeUnavailable), and what `fn` throws.
class Store {
public:
    virtual ~Store() = default;

    /// Runs `fn(const ReadView&)` on one snapshot and returns its result.
    template <class Fn>
    auto read(Fn&& fn) const {
        return resultOf<const ReadView&>(fn, [this](const auto& run) { doRead(run); });
    }

    /// Runs `fn(Transaction&)` and returns its result once what it did is durable.
    template <class Fn>
    auto transact(Fn&& fn) {
        return resultOf<Transaction&>(fn, [this](const auto& run) { doTransact(run); });
    }

    /// As `transact`, without a wait for other writers or for the lock of the file. Returns false if one is
    /// in the way; nothing has been changed then.
    template <class Fn>
    bool transactIfFree(Fn&& fn) {
        return doTransactIfFree([&fn](Transaction& transaction) { fn(transaction); });
    }

    /// Throws: base::Error(storeUnavailable) while the store knows that a transaction would fail. Call it
    /// before asking upstream for new tokens: those that can't be stored are lost.
    virtual void requireWritable() const = 0;

    /// Call from the start-up thread. The observer outlives the store's last transaction.
    virtual void observe(CommitObserver* observer) = 0;

protected:
    virtual void doRead(const std::function<void(const ReadView&)>& fn) const = 0;
    virtual void doTransact(const std::function<void(Transaction&)>& fn) = 0;
    virtual bool doTransactIfFree(const std::function<void(Transaction&)>& fn) = 0;

private:
    template <class View, class Fn, class Run>
    static auto resultOf(Fn& fn, Run&& run) {
        using Result = std::invoke_result_t<Fn&, View>;
        if constexpr (std::is_void_v<Result>) {
            run([&fn](View view) { fn(view); });
        } else {
            std::optional<Result> result;
            run([&fn, &result](View view) { result.emplace(fn(view)); });
            return std::move(*result);
        }
    }
};

} // namespace central_oauth::domain
