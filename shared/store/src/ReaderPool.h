// SPDX-License-Identifier: Apache-2.0
// The connections that only read.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// A fixed number of open sessions, lent to one thread at a time; the one given back last goes out first,
/// because its page cache is the warmest.
///
/// Owns its sessions; leases end before it does.
///
/// Threads: any. A taker waits while all are out; giving one back wakes one taker.
///
/// Errors: Poco::Exception from the constructor.
class ReaderPool {
public:
    /// A session that goes back when the lease ends.
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
