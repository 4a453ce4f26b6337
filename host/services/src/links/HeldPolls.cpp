// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/HeldPolls.h"

#include "central_oauth/base/Deadlines.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace central_oauth::services {

/// The holds that have not ended. Thread-safe.
class HeldPolls::Holds {
public:
    struct Entry {
        const Hold* identity = nullptr; ///< for comparison only
        std::weak_ptr<Hold> hold;
        base::Timestamp expiresAt;
        SteadyTime deadline;
    };

    /// Returns false if there is a hold already.
    bool add(const base::LinkId& link, Entry entry) {
        const std::lock_guard lock(_mutex);
        const auto present = _entries.find(link);
        if (present != _entries.end() && !present->second.hold.expired())
            return false;
        if (present != _entries.end())
            drop(present); // the other hold is being destroyed
        _ends.add(entry.expiresAt, link);
        _entries.emplace(link, std::move(entry));
        return true;
    }

    void remove(const base::LinkId& link, const Hold* hold) {
        const std::lock_guard lock(_mutex);
        const auto present = _entries.find(link);
        if (present != _entries.end() && present->second.identity == hold)
            drop(present);
    }

    [[nodiscard]] bool has(const base::LinkId& link) const {
        const std::lock_guard lock(_mutex);
        const auto present = _entries.find(link);
        return present != _entries.end() && !present->second.hold.expired();
    }

    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(_mutex);
        return _entries.size();
    }

    /// Returns an entry without hold and deadline if there is none.
    Entry take(const base::LinkId& link) {
        const std::lock_guard lock(_mutex);
        const auto present = _entries.find(link);
        if (present == _entries.end())
            return {};
        auto entry = std::move(present->second);
        _ends.remove(entry.expiresAt, link);
        _entries.erase(present);
        return entry;
    }

    /// Returns the link that expires first, if it has expired.
    [[nodiscard]] std::optional<base::LinkId> firstExpired(base::Timestamp now) const {
        const std::lock_guard lock(_mutex);
        if (_ends.empty() || _ends.earliest().first > now)
            return std::nullopt;
        return _ends.earliest().second;
    }

private:
    using Entries = std::map<base::LinkId, Entry>;

    void drop(Entries::iterator entry) {
        _ends.remove(entry->second.expiresAt, entry->first);
        _entries.erase(entry);
    }

    mutable std::mutex _mutex; ///< guards all below
    Entries _entries;
    base::Deadlines<base::LinkId> _ends; ///< of all entries
};

/// One held poll. The hold ends with it.
class HeldPolls::Hold final : public base::OneShotEvent {
public:
    Hold(base::LinkId link, std::shared_ptr<Holds> holds)
        : _link(std::move(link)), _holds(std::move(holds)) {}
    ~Hold() override { _holds->remove(_link, this); }

private:
    base::LinkId _link;
    std::shared_ptr<Holds> _holds;
};

HeldPolls::HeldPolls(std::function<SteadyTime()> now)
    : _now(std::move(now)), _holds(std::make_shared<Holds>()) {}

std::shared_ptr<base::OneShotEvent> HeldPolls::hold(const base::LinkId& link, base::Timestamp expiresAt,
                                                    std::chrono::milliseconds atMost) {
    auto hold = std::make_shared<Hold>(link, _holds);
    if (!_holds->add(link, {hold.get(), hold, expiresAt, _now() + atMost}))
        return nullptr;
    return hold;
}

bool HeldPolls::isHeld(const base::LinkId& link) const {
    return _holds->has(link);
}

std::size_t HeldPolls::count() const {
    return _holds->count();
}

void HeldPolls::committed(const domain::Committed& changes) noexcept {
    for (const auto& link : changes.links) {
        if (link.status != domain::LinkStatus::pending && link.status != domain::LinkStatus::authorizing)
            wake(link.id);
    }
}

void HeldPolls::wake(const base::LinkId& link) {
    if (const auto hold = _holds->take(link).hold.lock())
        hold->fire();
}

void HeldPolls::wakeExpired(base::Timestamp now) {
    while (const auto link = _holds->firstExpired(now))
        wake(*link);
}

bool HeldPolls::finish(const base::LinkId& link) {
    const auto entry = _holds->take(link);
    // The hold may belong to another poll than the poll that is answered now. The other poll must not miss a
    // change.
    if (const auto hold = entry.hold.lock())
        hold->fire();
    return _now() >= entry.deadline;
}

} // namespace central_oauth::services
