// SPDX-License-Identifier: Apache-2.0
// The domain's store in memory: what services and rules are tested on.
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
    std::map<std::string, domain::Link> links;
    std::vector<domain::Stage> stages; ///< oldest first
    std::vector<domain::AuditEntry> audit;
    std::set<std::string> damaged; ///< rows, as "accounts/acc_1"
};

/// Keeps records in memory, by the contract of domain::Store.
///
/// It runs each function twice, on a copy each time, and keeps what the second run did and returned: a
/// function that can't be run again fails its test. A function that calls the store again gets a
/// std::logic_error.
///
/// Thread-safe, but for `hook`, `counters` and `isBusy`: set those before other threads call.
class MemoryStore final : public domain::Store {
public:
    MemoryStore();
    ~MemoryStore() override;
    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;

    /// Called in the second run, before each step: "read", "transact" or "transactIfFree" before the function
    /// runs, in it each verb with its record, such as "find link", "select accounts" or "record", "commit"
    /// once it has run and has changed something, and "requireWritable".
    ///
    /// It may throw, which undoes the transaction. It may call the store as another caller does; the hook is
    /// not called for that, and the transaction runs anew if its view is of the past then.
    std::function<void(const std::string& step)> hook;

    /// How often the store was asked.
    struct Counters {
        std::atomic<int> reads{0};
        std::atomic<int> transactions{0}; ///< also those that changed nothing
        std::atomic<int> commits{0};      ///< transactions that changed something

        [[nodiscard]] int all() const { return reads + transactions; }
    };
    mutable Counters counters;

    /// Another writer is in the way of transactIfFree.
    bool isBusy = false;

    void requireWritable() const override;
    void observe(domain::CommitObserver* observer) override { _observer = observer; }

    /// The row does not hold what was stored. `table` is clients, client_keys, grant_tokens, accounts,
    /// grants, links or stages.
    void damage(const std::string& table, const std::string& row);

    /// The entries so far, oldest first.
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

    std::mutex _turn;          ///< held by the one that writes
    mutable std::mutex _mutex; ///< guards _data
    std::shared_ptr<const Data> _data;
    domain::CommitObserver* _observer = nullptr;
};

/// A hook that fails steps of one name as a store without disk space does.
[[nodiscard]] std::function<void(const std::string&)> failing(const std::string& step);

/// A hook that does something before the first step of that name.
[[nodiscard]] std::function<void(const std::string&)> onceBefore(const std::string& step,
                                                                 std::function<void()> act);

} // namespace central_oauth::memory
