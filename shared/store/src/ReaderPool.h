// SPDX-License-Identifier: Apache-2.0
// The read-only connections.
#pragma once

#include "Connection.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A fixed number of open connections, each lent to one thread at a time. The connection returned last is
/// lent first, because its page cache is the warmest.
///
/// Owns its connections. Must outlive its leases.
///
/// Thread-safe. A caller waits while all connections are lent.
///
/// Errors: Poco::Exception from the constructor.
class ReaderPool {
public:
    /// Holds a connection and returns it when destroyed.
    class Lease {
    public:
        Lease(ReaderPool& pool, Connection& connection) noexcept : _pool(pool), _connection(connection) {}
        ~Lease() { _pool.giveBack(_connection); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] Connection& connection() noexcept { return _connection; }

    private:
        ReaderPool& _pool;
        Connection& _connection;
    };

    /// Opens `count` connections (at least one) of a SQLite URI.
    ReaderPool(const std::string& uri, std::size_t count);

    [[nodiscard]] Lease take();

private:
    void giveBack(Connection& connection) noexcept;

    std::deque<Connection> _connections;
    std::mutex _mutex; ///< guards _free
    std::condition_variable _returned;
    std::vector<Connection*> _free;
};

} // namespace central_oauth::store
