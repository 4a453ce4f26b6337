// SPDX-License-Identifier: Apache-2.0
#include "MemoryStore.h"

#include "MemoryView.h"

#include <algorithm>
#include <stdexcept>

namespace central_oauth::memory {

namespace {

/// What this thread runs. A function must not call the store, a hook may.
enum class Role { none, function, hook };
thread_local Role currentRole = Role::none;

/// Sets what this thread runs, for the object's lifetime.
class ScopedRole {
public:
    explicit ScopedRole(Role role) : _previous(std::exchange(currentRole, role)) {}
    ~ScopedRole() { currentRole = _previous; }
    ScopedRole(const ScopedRole&) = delete;
    ScopedRole& operator=(const ScopedRole&) = delete;

private:
    Role _previous;
};

void requireOutside() {
    if (currentRole == Role::function)
        throw std::logic_error("a function of the store calls the store");
}

const MemoryView::Hook noHook = [](const std::string&) {};

} // namespace

MemoryStore::MemoryStore() : _data(std::make_shared<const Data>()) {}

MemoryStore::~MemoryStore() = default;

void MemoryStore::requireWritable() const {
    requireOutside();
    callHook("requireWritable");
}

void MemoryStore::damage(const std::string& table, const std::string& row) {
    const std::lock_guard lock(_mutex);
    auto changed = std::make_shared<Data>(*_data);
    changed->damaged.insert(table + "/" + row);
    _data = std::move(changed);
}

std::vector<domain::AuditEntry> MemoryStore::audit() const {
    return data()->audit;
}

int MemoryStore::audited(const std::string& action) const {
    const auto entries = audit();
    return static_cast<int>(std::count_if(entries.begin(), entries.end(),
                                          [&](const auto& entry) { return entry.action == action; }));
}

void MemoryStore::doRead(const std::function<void(const domain::ReadView&)>& fn) const {
    requireOutside();
    callHook("read");
    ++counters.reads;
    Data snapshot = *data();
    const ScopedRole function(Role::function);
    fn(MemoryView(snapshot, noHook));
    fn(MemoryView(snapshot, [this](const std::string& step) { callHook(step); }));
}

void MemoryStore::doTransact(const std::function<void(domain::Transaction&)>& fn) {
    requireOutside();
    callHook("transact");
    ++counters.transactions;
    std::unique_lock turn(_turn);
    run(fn, turn);
}

bool MemoryStore::doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) {
    requireOutside();
    callHook("transactIfFree");
    ++counters.transactions;
    std::unique_lock turn(_turn, std::try_to_lock);
    if (isBusy || !turn)
        return false;
    run(fn, turn);
    return true;
}

// Releases the turn while the hook runs, so that the hook can act as another caller.
void MemoryStore::run(const std::function<void(domain::Transaction&)>& fn,
                      std::unique_lock<std::mutex>& turn) {
    for (;;) {
        const auto before = data();
        Data rehearsed = *before;
        auto after = std::make_shared<Data>(*before);
        MemoryView view(*after, [&](const std::string& step) {
            turn.unlock();
            callHook(step);
            turn.lock();
        });
        {
            const ScopedRole function(Role::function);
            MemoryView rehearsal(rehearsed, noHook);
            fn(rehearsal);
            fn(view);
        }
        if (!view.hasChanged())
            return;
        view.step("commit");
        const domain::Committed changes = view.committed();
        {
            const std::lock_guard lock(_mutex);
            if (_data != before)
                continue;
            _data = std::move(after);
        }
        ++counters.commits;
        turn.unlock();
        if (_observer && !(changes.links.empty() && changes.entries.empty()))
            _observer->committed(changes);
        return;
    }
}

std::shared_ptr<const Data> MemoryStore::data() const {
    const std::lock_guard lock(_mutex);
    return _data;
}

void MemoryStore::callHook(const std::string& step) const {
    if (!hook || currentRole == Role::hook)
        return;
    const ScopedRole inHook(Role::hook);
    hook(step);
}

std::function<void(const std::string&)> failing(const std::string& step) {
    return [step](const std::string& called) {
        if (called == step)
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "disk full");
    };
}

std::function<void(const std::string&)> onceBefore(const std::string& step, std::function<void()> act) {
    return [step, act = std::move(act),
            done = std::make_shared<std::atomic<bool>>(false)](const std::string& called) {
        if (called == step && !done->exchange(true))
            act();
    };
}

} // namespace central_oauth::memory
