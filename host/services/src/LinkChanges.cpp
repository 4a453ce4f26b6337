// SPDX-License-Identifier: Apache-2.0
// Who waits for which link, and the telling.
#include "central_oauth/services/LinkChanges.h"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// The waits that have not ended. Threads: any.
class LinkChanges::Waits {
public:
    struct Entry {
        const Waiter* who = nullptr; ///< for comparison only
        std::weak_ptr<Waiter> waiter;
        base::Timestamp expiresAt;
        SteadyTime deadline;
    };

    /// False: there is one already.
    bool add(const base::LinkId& link, Entry entry) {
        const std::lock_guard hold(_mutex);
        const auto present = _entries.find(link);
        if (present == _entries.end())
            return _entries.emplace(link, std::move(entry)).second;
        if (!present->second.waiter.expired())
            return false;
        present->second = std::move(entry); // the other one is just being destroyed
        return true;
    }

    void remove(const base::LinkId& link, const Waiter* who) {
        const std::lock_guard hold(_mutex);
        const auto present = _entries.find(link);
        if (present != _entries.end() && present->second.who == who)
            _entries.erase(present);
    }

    [[nodiscard]] bool has(const base::LinkId& link) const {
        const std::lock_guard hold(_mutex);
        const auto present = _entries.find(link);
        return present != _entries.end() && !present->second.waiter.expired();
    }

    [[nodiscard]] std::size_t count() const {
        const std::lock_guard hold(_mutex);
        return _entries.size();
    }

    /// Empty `waiter` and no deadline if there is none.
    Entry take(const base::LinkId& link) {
        const std::lock_guard hold(_mutex);
        const auto present = _entries.find(link);
        if (present == _entries.end())
            return {};
        auto entry = std::move(present->second);
        _entries.erase(present);
        return entry;
    }

    [[nodiscard]] std::vector<base::LinkId> expired(base::Timestamp now) const {
        const std::lock_guard hold(_mutex);
        std::vector<base::LinkId> links;
        for (const auto& [link, entry] : _entries) {
            if (entry.expiresAt <= now)
                links.push_back(link);
        }
        return links;
    }

private:
    mutable std::mutex _mutex; ///< guards _entries
    std::map<base::LinkId, Entry> _entries;
};

/// One wait. Its end of life is the wait's end.
class LinkChanges::Waiter final : public base::OneShotEvent {
public:
    Waiter(base::LinkId link, std::shared_ptr<Waits> waits)
        : _link(std::move(link)), _waits(std::move(waits)) {}
    ~Waiter() override { _waits->remove(_link, this); }

private:
    base::LinkId _link;
    std::shared_ptr<Waits> _waits;
};

LinkChanges::LinkChanges(std::function<SteadyTime()> now)
    : _now(std::move(now)), _waits(std::make_shared<Waits>()) {}

std::shared_ptr<base::OneShotEvent> LinkChanges::await(const base::LinkId& link, base::Timestamp expiresAt,
                                                       std::chrono::milliseconds atMost) {
    auto waiter = std::make_shared<Waiter>(link, _waits);
    if (!_waits->add(link, {waiter.get(), waiter, expiresAt, _now() + atMost}))
        return nullptr;
    return waiter;
}

bool LinkChanges::isAwaited(const base::LinkId& link) const {
    return _waits->has(link);
}

std::size_t LinkChanges::count() const {
    return _waits->count();
}

void LinkChanges::publish(const base::LinkId& link) {
    if (const auto waiter = _waits->take(link).waiter.lock())
        waiter->fire();
}

void LinkChanges::publishExpired(base::Timestamp now) {
    for (const auto& link : _waits->expired(now))
        publish(link);
}

bool LinkChanges::finish(const base::LinkId& link) {
    const auto entry = _waits->take(link);
    // Fired although its poll goes on already: if it should be another's, that one is not left without news.
    if (const auto waiter = entry.waiter.lock())
        waiter->fire();
    return _now() >= entry.deadline;
}

} // namespace central_oauth::services
