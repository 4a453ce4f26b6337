// SPDX-License-Identifier: Apache-2.0
// The read-only connections.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// A fixed number of open sessions, each lent to one thread at a time. The session returned last is lent
/// first, because its page cache is the warmest.
///
/// Owns its sessions. Must outlive its leases.
///
/// Thread-safe. A caller waits while all sessions are lent.
///
/// Errors: Poco::Exception from the constructor.
class ReaderPool {
public:
    /// Holds a session and returns it when destroyed.
    class Lease {
    public:
        Lease(ReaderPool& pool, Poco::Data::Session& session) noexcept : _pool(pool), _session(session) {}
        ~Lease() { _pool.giveBack(_session); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] Poco::Data::Session& session() noexcept { return _session; }

    private:
        ReaderPool& _pool;
        Poco::Data::Session& _session;
    };

    /// Opens `count` sessions (at least one) of a SQLite URI.
    ReaderPool(const std::string& uri, std::size_t count);

    [[nodiscard]] Lease take();

private:
    void giveBack(Poco::Data::Session& session) noexcept;

    std::vector<Poco::Data::Session> _sessions;
    std::mutex _mutex; ///< guards _free
    std::condition_variable _returned;
    std::vector<Poco::Data::Session*> _free;
};

} // namespace central_oauth::store
