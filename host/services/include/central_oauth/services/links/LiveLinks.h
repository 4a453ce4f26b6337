// SPDX-License-Identifier: Apache-2.0
// How many links are live: the limits of new links cost no look into the store.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Deadlines.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/Store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Counts the links that are neither finished nor expired: all, of each client, and of each subject.
///
/// LinkService takes a place for each new link before it stores the link, so that links that are created at
/// the same time can't exceed a limit together. As observer of the store, LiveLinks learns when a link gets
/// another expiry or is finished, and releases its place. An expired link counts again if the clock is set
/// back, unless its expiry is recorded.
///
/// Loaded from the store on the first call of `take`. A change that is reported earlier is in the store
/// already.
///
/// The clock and what `load` uses outlive this object.
/// Thread-safe.
/// One mutex guards the counts; it is held while they are loaded.
class LiveLinks final : public domain::CommitObserver {
public:
    /// The limits of all clients together, and of each subject of a client.
    struct Limits {
        std::size_t all = 10'000;
        std::size_t ofSubject = 5;
        std::size_t lapsed = 50'000; ///< links that have expired and may count again
    };

    /// Returns the links that are live. Throws: what reading the store throws.
    using Load = std::function<std::vector<domain::Link>()>;

    LiveLinks(Load load, const base::Clock& clock) : LiveLinks(std::move(load), clock, Limits()) {}
    LiveLinks(Load load, const base::Clock& clock, const Limits& limits)
        : _clock(clock), _limits(limits), _load(std::move(load)) {}

    /// Loads the counts, unless they are loaded. Throws: what loading throws.
    void load();

    /// A place for a link that is being created. Its destructor releases the place, unless `keep` was called.
    class Place {
    public:
        Place(LiveLinks& owner, base::LinkId link, std::size_t others)
            : _owner(owner), _link(std::move(link)), _others(others) {}
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        /// Returns how many other live links the client had when the place was taken.
        [[nodiscard]] std::size_t others() const noexcept { return _others; }

        /// Leaves the place to the link, which is stored.
        void keep() noexcept { _isKept = true; }

    private:
        LiveLinks& _owner;
        const base::LinkId _link;
        const std::size_t _others;
        bool _isKept = false;
    };

    /// Takes a place for a new link, until `link.expiresAt` or the expiry that the store reports. Throws:
    /// busy if the service has all the links it takes; tooManyRequests if client or subject has; what loading
    /// throws.
    [[nodiscard]] Place take(const domain::Client& client, const domain::Link& link);

    void committed(const domain::Committed& changes) noexcept override;

    /// Returns how many links are live.
    [[nodiscard]] std::size_t count();

private:
    struct Entry {
        base::ClientId client;
        std::string subject;
        base::Timestamp until;
        std::uint64_t revision = 0;
    };
    using Entries = std::map<base::LinkId, Entry>;

    /// Of one client.
    struct Counts {
        std::size_t links = 0;
        std::map<std::string, std::size_t> ofSubjects; ///< without the empty one
    };

    void loadOnce();
    void catchUp();
    void requireRoom(const domain::Client& client, const std::string& subject) const;
    void release(const base::LinkId& link) noexcept;
    void add(const domain::Link& link);
    void drop(Entries::iterator entry);
    void moveEnd(Entries::iterator entry, base::Timestamp until);
    void countIn(const Entry& entry);
    void countOut(const Entry& entry);

    const base::Clock& _clock;
    const Limits _limits;
    std::mutex _mutex; ///< guards all below
    Load _load;        ///< empty once loaded
    Entries _entries;
    base::Deadlines<base::LinkId> _ends; ///< of all entries; those ahead are counted
    std::size_t _live = 0;
    std::map<base::ClientId, Counts> _counts;
};

} // namespace central_oauth::services
