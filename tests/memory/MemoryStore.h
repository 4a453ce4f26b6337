// SPDX-License-Identifier: Apache-2.0
// The domain's store in memory, for tests of services and rules.
#pragma once

#include "central_oauth/domain/Store.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::memory {

/// All that a store holds, by id.
struct Data {
    std::map<std::string, domain::Client> clients;
    std::map<std::string, domain::ClientKey> keys;
    std::map<std::string, domain::GrantToken> tokens;
    std::map<std::string, domain::Account> accounts;
    std::map<std::string, domain::Grant> grants;
    std::vector<domain::PendingRefresh> refreshes; ///< oldest first
    std::map<std::string, domain::GrantCheck> checks;
    std::optional<domain::KeepingState> keeping;
    std::map<std::string, domain::Link> links;
    std::vector<domain::Stage> stages; ///< oldest first
    std::vector<domain::AuditEntry> audit;
    std::set<std::string> damaged; ///< rows, as "accounts/acc_1"
};

/// Keeps records in memory, by the contract of domain::Store.
///
/// It runs each function twice, each time on a copy, and keeps what the second run did and returned, so that
/// a function that can't be repeated fails its test. A function that calls the store gets a std::logic_error.
///
/// Thread-safe, except `hook`, `counters` and `isBusy`: set those before other threads call.
class MemoryStore final : public domain::Store {
public:
    MemoryStore();
    ~MemoryStore() override;
    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;

    /// Runs in the second run, before each step. Steps are "read", "transact" or "transactIfFree" before the
    /// function runs; each verb with its record, such as "find link", "select accounts" or "record"; "commit"
    /// after a function that changed something; and "requireWritable".
    ///
    /// A hook may throw, which undoes the transaction. It may call the store as another caller does; such a
    /// call runs no hook, and if it commits a change, the interrupted transaction runs anew.
    std::function<void(const std::string& step)> hook;

    /// How often the store was called.
    struct Counters {
        std::atomic<int> reads{0};
        std::atomic<int> transactions{0}; ///< including those that changed nothing
        std::atomic<int> commits{0};      ///< transactions that changed something

        [[nodiscard]] int all() const { return reads + transactions; }
    };
    mutable Counters counters;

    /// Simulates another writer, which makes transactIfFree return false.
    bool isBusy = false;

    void requireWritable() const override;
    void observe(domain::CommitObserver* observer) override { _observer = observer; }

    /// Damages a row, so that it does not hold what was stored. `table` is clients, client_keys,
    /// grant_tokens, accounts, grants, pending_refreshes, links or stages.
    void damage(const std::string& table, const std::string& row);

    /// Returns the entries so far, oldest first.
    [[nodiscard]] std::vector<domain::AuditEntry> audit() const;
    [[nodiscard]] int audited(const std::string& action) const;

protected:
    void doRead(const std::function<void(const domain::ReadView&)>& fn) const override;
    void doTransact(const std::function<void(domain::Transaction&)>& fn) override;
    bool doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) override;

private:
    void run(const std::function<void(domain::Transaction&)>& fn, std::unique_lock<std::mutex>& turn);
    [[nodiscard]] std::shared_ptr<const Data> data() const;
    void callHook(const std::string& step) const;

    std::mutex _turn;          ///< held by the writer
    mutable std::mutex _mutex; ///< guards _data
    std::shared_ptr<const Data> _data;
    domain::CommitObserver* _observer = nullptr;
};

/// Returns a hook that fails every step of that name, as a store without disk space does.
[[nodiscard]] std::function<void(const std::string&)> failing(const std::string& step);

/// Returns a hook that runs `act` before the first step of that name.
[[nodiscard]] std::function<void(const std::string&)> onceBefore(const std::string& step,
                                                                 std::function<void()> act);

} // namespace central_oauth::memory
