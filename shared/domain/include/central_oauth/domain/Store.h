// SPDX-License-Identifier: Apache-2.0
// The interface of the store. The domain decides, the store keeps.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Committed.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantCheck.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/PendingRefresh.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace central_oauth::domain {

/// base::Error(storeUnavailable): a row does not hold what this service stored. Only that row is refused. The
/// message names the row, never its content.
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

/// The keys of a link besides its id. Hashes are raw bytes.
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

/// The key of an account besides its id; the four members together are unique.
struct AccountIdentity {
    ClientId client;
    std::string provider;
    std::string subject;
    std::string upstreamId;
};

// Filters. A record matches if it meets all conditions. An optional without a value, an empty text, id or
// list, and a false flag are no condition.

struct KeyFilter {
    ClientId client{};
    std::string issuer{};
};

struct GrantTokenFilter {
    AccountId account{};
    ClientId client{}; ///< the client of the token's account
    std::string issuer{};
    std::string parent{};
    std::optional<Timestamp> expiresBy{};   ///< expires at this time or earlier
    std::optional<Timestamp> unusedSince{}; ///< last used at this time or earlier; one of the two is enough
    std::size_t limit = 0;                  ///< 0 for no limit
};

/// A page of accounts starts after this position.
struct AccountPosition {
    Timestamp createdAt;
    AccountId id;
};

struct AccountFilter {
    ClientId client{};
    std::string provider{};
    std::optional<std::string> subject{};
    std::string site{}; ///< id or canonical URL of a site that the grant reaches
    std::string upstreamId{};
    std::optional<AccountStatus> status{};
    AccountId only{};
    std::optional<AccountPosition> after{};
    std::size_t limit = 0; ///< 0 for no limit
};

struct LinkFilter {
    ClientId client{};
    std::string provider{};
    std::optional<std::string> subject{};
    std::set<LinkStatus> statuses{}; ///< any of these
    AccountId account{};             ///< the account it was delivered to
    AccountId relinkAccount{};
    std::string issuer{};
    std::optional<Timestamp> expiresAfter{};
    std::optional<Timestamp> expiresBy{}; ///< expires at this time or earlier
    bool isUnnoted = false;               ///< neither its end nor its expiry is recorded
    bool hasState = false;                ///< an OAuth state is pending
    std::size_t limit = 0;                ///< 0 for no limit
};

struct StageFilter {
    ClientId client{};
    std::vector<std::string> providers{}; ///< any of these
    bool isOfOthers = false;              ///< any provider except `providers`
    std::optional<StageState> state{};
    std::size_t limit = 0; ///< 0 for no limit
};

/// A snapshot of the store. In a transaction it includes the transaction's own changes. Valid within the
/// function that receives it.
///
/// `find` throws DamagedRowError for a row that another program has changed. `select` reports such a row and
/// leaves it out. `count` counts it, and ignores limits.
///
/// Errors: base::Error(storeUnavailable).
class ReadView {
public:
    virtual ~ReadView() = default;

    [[nodiscard]] virtual std::optional<Client> find(const ClientId& id) const = 0;
    [[nodiscard]] virtual std::vector<Client> clients() const = 0; ///< all, sorted by name

    [[nodiscard]] virtual std::optional<ClientKey> findKey(const std::string& keyId) const = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<ClientKey> select(const KeyFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<GrantToken> findGrantToken(const std::string& keyId) const = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<GrantToken> select(const GrantTokenFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const GrantTokenFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<Account> find(const AccountId& id) const = 0;
    [[nodiscard]] virtual std::optional<Account> find(const AccountIdentity& identity) const = 0;
    /// Returns an account with only its id, client, provider, subject, upstream id and granting link. They
    /// are not authenticated, and the rest of the row may be damaged. Use it only to remove an account or to
    /// find the owner of a damaged one.
    [[nodiscard]] virtual std::optional<Account> identityOf(const AccountId& id) const = 0;
    /// Oldest first; a relink does not change the order.
    [[nodiscard]] virtual std::vector<Account> select(const AccountFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const AccountFilter& filter) const = 0;
    [[nodiscard]] virtual std::optional<Grant> grantOf(const AccountId& id) const = 0;

    [[nodiscard]] virtual std::optional<PendingRefresh> pendingRefreshOf(const AccountId& id) const = 0;
    /// Oldest first.
    [[nodiscard]] virtual std::vector<PendingRefresh> pendingRefreshes() const = 0;

    [[nodiscard]] virtual std::optional<GrantCheck> checkOf(const AccountId& id) const = 0;
    /// Those due at `by` or earlier, the one that has been due longest first. Returns at most `most`.
    [[nodiscard]] virtual std::vector<GrantCheck> dueChecks(Timestamp by, std::size_t most) const = 0;
    [[nodiscard]] virtual std::optional<KeepingState> keepingState() const = 0;

    [[nodiscard]] virtual std::optional<Link> find(const LinkKey& key) const = 0;
    /// Oldest first; with `expiresBy` by expiry, earliest first.
    [[nodiscard]] virtual std::vector<Link> select(const LinkFilter& filter) const = 0;
    [[nodiscard]] virtual std::size_t count(const LinkFilter& filter) const = 0;

    [[nodiscard]] virtual std::optional<Stage> stageOf(const LinkId& link) const = 0;
    [[nodiscard]] virtual std::vector<Stage> select(const StageFilter& filter) const = 0; ///< oldest first
};

/// Changes that become durable together, or not at all.
///
/// `put` inserts a record or replaces the one with its id. It throws base::Error(conflict) if another record
/// has a value that must be unique (a client's name, an account's identity, a link's hashes), or if the owner
/// is gone (the client of a key or link, the account of a grant, of a check or of a pending refresh).
///
/// `erase` erases the row with that id, even a damaged one. It does nothing if there is none.
class Transaction : public ReadView {
public:
    /// Blocks until no other transaction holds the lock of that client, and holds it until this transaction
    /// ends. Call it before counting a client's records against a limit.
    virtual void lock(const ClientId& client) = 0;

    virtual void put(const Client& client) = 0;
    virtual void put(const ClientKey& key) = 0;
    virtual void put(const GrantToken& token) = 0;
    virtual void put(const Account& account) = 0;
    virtual void put(const Grant& grant) = 0;
    virtual void put(const PendingRefresh& refresh) = 0;
    virtual void put(const GrantCheck& check) = 0;
    virtual void put(const KeepingState& state) = 0;
    virtual void put(const Link& link) = 0;
    virtual void put(const Stage& stage) = 0;

    /// Adds a new link. Returns false, and changes nothing, if another one has its id, or its hash of the
    /// code or of the handle.
    [[nodiscard]] virtual bool add(const Link& link) = 0;

    /// Erases the client with its keys, links and accounts, and the accounts' grants, pending refreshes,
    /// checks and grant tokens. Stages stay.
    virtual void erase(const ClientId& id) = 0;
    virtual void eraseKey(const std::string& keyId) = 0;
    virtual void eraseGrantToken(const std::string& keyId) = 0;
    /// Erases the account with its grant, its pending refresh, its check and its grant tokens.
    virtual void erase(const AccountId& id) = 0;
    virtual void eraseGrant(const AccountId& id) = 0;
    virtual void eraseCheck(const AccountId& id) = 0;
    /// Makes checks that are due later due at `now`, `most` of them. Returns how many.
    virtual std::size_t pullChecks(Timestamp now, std::size_t most) = 0;
    virtual void erasePendingRefresh(const AccountId& id) = 0;
    virtual void erase(const LinkId& id) = 0;
    virtual void eraseStage(const LinkId& link) = 0;

    /// Writes an audit entry; there is no other way to write one. Fills in the client's present name if the
    /// entry has none.
    virtual void record(const AuditEntry& entry) = 0;
    /// Erases at most `most` entries older than `before`. Returns how many it erased.
    virtual std::size_t eraseAudit(Timestamp before, std::size_t most) = 0;
};

/// Records and their audit trail.
///
/// `fn` may run more than once, and on another thread. It must depend on its captures and its argument only,
/// do no input or output, read no clock and take no lock, and it must assign each result as a whole. It may
/// use randomness only for sealing. An exception from `fn` rolls the transaction back and reaches the caller.
///
/// Thread-safe.
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

    /// Runs `fn(Transaction&)` and returns its result once the changes are durable.
    template <class Fn>
    auto transact(Fn&& fn) {
        return resultOf<Transaction&>(fn, [this](const auto& run) { doTransact(run); });
    }

    /// As `transact`, but waits neither for other writers nor for the file's lock. Returns false, with no
    /// change made, if it would have to wait.
    template <class Fn>
    bool transactIfFree(Fn&& fn) {
        return doTransactIfFree([&fn](Transaction& transaction) { fn(transaction); });
    }

    /// Throws base::Error(storeUnavailable) if a transaction would fail now. Call it before asking upstream
    /// for new tokens: tokens that can't be stored are lost.
    virtual void requireWritable() const = 0;

    /// Call from the start-up thread. The observer must outlive the last transaction.
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
