// SPDX-License-Identifier: Apache-2.0
// The contract of every back end of the domain's store, and the fixture of its suites.
#pragma once

#include "../memory/Records.h"

#include <barrier>
#include <chrono>
#include <cppunit/TestFixture.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace central_oauth::contract {

/// A new store, empty at first.
class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual domain::Store& store() = 0;
    [[nodiscard]] virtual const domain::Sealer& sealer() = 0;

    /// Closes the store and opens it again, if it has a file.
    virtual void reopen() = 0;

    /// Changes a row without the store's knowledge.
    virtual void damage(const std::string& table, const std::string& row) = 0;

    /// Returns the audit entries, oldest first: `<action> by <actor> of <client's name>`.
    [[nodiscard]] virtual std::vector<std::string> audit() = 0;
};

/// Makes an empty back end. Each back end's tests define it.
[[nodiscard]] std::unique_ptr<Backend> makeBackend();

/// A store with the client `cli_alpha` and its key `key-alpha`, and a clock that stands still.
class StoreContract : public CppUnit::TestFixture {
public:
    void setUp() override {
        _backend = makeBackend();
        addClient("alpha");
    }
    void tearDown() override { _backend.reset(); }

protected:
    [[nodiscard]] domain::Store& store() { return _backend->store(); }
    [[nodiscard]] const domain::Sealer& sealer() { return _backend->sealer(); }
    [[nodiscard]] base::Timestamp now() const { return _now; }
    void advance(std::chrono::seconds time) { _now += time; }
    [[nodiscard]] memory::Place place() { return {store(), sealer(), now()}; }

    template <class Fn>
    auto read(Fn&& fn) {
        return store().read(std::forward<Fn>(fn));
    }
    template <class Fn>
    auto transact(Fn&& fn) {
        return store().transact(std::forward<Fn>(fn));
    }
    template <class... Record>
    void put(const Record&... records) {
        transact([&](domain::Transaction& transaction) { (transaction.put(records), ...); });
    }
    template <class Id>
    void erase(const Id& id) {
        transact([&](domain::Transaction& transaction) { transaction.erase(id); });
    }

    domain::Client addClient(const std::string& name) { return memory::addClient(place(), name); }
    base::LinkId stage(const std::string& number, const std::string& subject = "ann") {
        return memory::stageLink(place(), number, memory::makeGrant(number, now(), "person-" + number),
                                 subject);
    }
    base::LinkId stage(const domain::Link& link, const domain::StagedGrant& grant) {
        return memory::stageLink(place(), link, grant);
    }
    base::AccountId linkAccount(const std::string& number, const std::string& subject = "ann") {
        return memory::linkAccount(place(), number, subject);
    }
    domain::Delivery deliver(const base::LinkId& id, const std::string& newId,
                             const domain::DeliveryRule& rule = {}) {
        return transact([&](domain::Transaction& transaction) {
            return domain::deliver(transaction, sealer(), id, base::AccountId(newId), rule, now());
        });
    }
    bool end(const base::LinkId& id, domain::EndReason reason = domain::EndReason::cancelled) {
        return transact([&](domain::Transaction& transaction) {
            return domain::endLink(transaction, id, reason, now()).has_value();
        });
    }

    [[nodiscard]] std::optional<domain::Client> client(const std::string& id) {
        return read([&](const domain::ReadView& view) { return view.find(base::ClientId(id)); });
    }
    [[nodiscard]] std::optional<domain::ClientKey> key(const std::string& id) {
        return read([&](const domain::ReadView& view) { return view.findKey(id); });
    }
    [[nodiscard]] std::optional<domain::GrantToken> grantToken(const std::string& id) {
        return read([&](const domain::ReadView& view) { return view.findGrantToken(id); });
    }
    [[nodiscard]] std::optional<domain::Account> account(const std::string& id) {
        return read([&](const domain::ReadView& view) { return view.find(base::AccountId(id)); });
    }
    [[nodiscard]] std::optional<domain::Grant> grant(const std::string& id) {
        return read([&](const domain::ReadView& view) { return view.grantOf(base::AccountId(id)); });
    }
    [[nodiscard]] std::optional<domain::Link> link(const domain::LinkKey& key) {
        return read([&](const domain::ReadView& view) { return view.find(key); });
    }
    [[nodiscard]] std::optional<domain::Link> link(const base::LinkId& id) {
        return link(domain::LinkKey(id));
    }
    [[nodiscard]] std::optional<domain::Stage> stageOf(const base::LinkId& id) {
        return read([&](const domain::ReadView& view) { return view.stageOf(id); });
    }
    [[nodiscard]] std::optional<domain::StageState> stageState(const base::LinkId& id) {
        const auto found = stageOf(id);
        return found ? std::optional(found->state) : std::nullopt;
    }

    /// Returns the ids of the selected records, separated by spaces.
    template <class Filter>
    [[nodiscard]] std::string selected(const Filter& filter) {
        const auto records = read([&](const domain::ReadView& view) { return view.select(filter); });
        std::string names;
        for (const auto& record : records)
            names += (names.empty() ? "" : " ") + nameOf(record);
        return names;
    }
    template <class Filter>
    [[nodiscard]] std::size_t counted(const Filter& filter) {
        return read([&](const domain::ReadView& view) { return view.count(filter); });
    }

    /// Returns the code of the error that the action throws.
    template <class Action>
    static std::optional<base::ErrorCode> refusalOf(const Action& action) {
        try {
            action();
        } catch (const base::Error& error) {
            return error.code();
        }
        return std::nullopt;
    }

    /// Runs the work on this many threads that start at the same moment.
    static void together(int threads, const std::function<void(int)>& work) {
        std::barrier start(threads);
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back([&work, &start, i] {
                start.arrive_and_wait();
                work(i);
            });
        for (std::thread& thread : all)
            thread.join();
    }

    std::unique_ptr<Backend> _backend; ///< made per test: CppUnit makes all test objects at once

private:
    static std::string nameOf(const domain::ClientKey& key) { return key.keyId; }
    static std::string nameOf(const domain::GrantToken& token) { return token.keyId; }
    static std::string nameOf(const domain::Account& account) { return account.id.value(); }
    static std::string nameOf(const domain::Link& link) { return link.id.value(); }
    static std::string nameOf(const domain::Stage& stage) { return stage.link.value(); }

    base::Timestamp _now{std::chrono::seconds(1'700'000'000)};
};

} // namespace central_oauth::contract
