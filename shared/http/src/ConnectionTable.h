// SPDX-License-Identifier: Apache-2.0
// The connections that the reactor watches, by token.
#pragma once

#include "Connection.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// Owns the connections that no thread is handling. A token is valid for one stay of a connection. It becomes
/// void when the connection is taken, even if the same connection or another one uses the slot later.
///
/// Not thread-safe. Errors: std::bad_alloc from `put`.
class ConnectionTable {
public:
    using Token = std::uint64_t;
    using Owned = std::unique_ptr<Connection>;

    /// Stores the connection and returns its token.
    Token put(Owned connection) {
        if (_free.empty()) {
            _free.reserve(_slots.size() + 1);
            _slots.emplace_back();
            _free.push_back(_slots.size() - 1);
        }
        const std::size_t at = _free.back();
        _free.pop_back();
        auto& slot = _slots[at];
        slot.deadline = connection->deadline();
        slot.connection = std::move(connection);
        return tokenOf(at);
    }

    /// Returns null if the token is void.
    Owned take(Token token) noexcept {
        const std::size_t at = token & indexMask;
        if (at >= _slots.size() || !_slots[at].connection || tokenOf(at) != token)
            return nullptr;
        return takeAt(at);
    }

    /// Takes all connections that match.
    /// Throws: std::bad_alloc; some then stay.
    template <typename Predicate>
    std::vector<Owned> takeIf(Predicate fits) {
        std::vector<Owned> taken;
        for (std::size_t at = 0; at < _slots.size(); ++at) {
            if (!_slots[at].connection || !fits(*_slots[at].connection))
                continue;
            taken.emplace_back();
            taken.back() = takeAt(at);
        }
        return taken;
    }

    /// Takes all connections whose deadline has passed.
    std::vector<Owned> takeExpired(Connection::Clock::time_point now) {
        std::vector<Owned> taken;
        for (std::size_t at = 0; at < _slots.size(); ++at) {
            // The copy of the deadline: reading every connection would touch memory all over the heap.
            if (!_slots[at].connection || now < _slots[at].deadline)
                continue;
            taken.emplace_back();
            taken.back() = takeAt(at);
        }
        return taken;
    }

    /// Takes up to `count` of the connections that have waited longest for their peer. Leaves held ones, and
    /// those that have waited only a moment: their bytes may be on the way. Takes fresh ones only if there
    /// are no others, because on a busy server they soon wait longest. Leaves the latest one of each network
    /// (base::networkOf) as long as any has more than one, so that a host with many doesn't push out the
    /// rest.
    std::vector<Owned> takeLongestWaiting(std::size_t count, Connection::Clock::time_point now) {
        constexpr std::chrono::milliseconds aMoment{20};
        std::vector<Waiting> waiting;
        waiting.reserve(_slots.size());
        for (std::size_t at = 0; at < _slots.size(); ++at) {
            const auto* const connection = _slots[at].connection.get();
            if (connection != nullptr && connection->stage() != Connection::Stage::held)
                waiting.push_back({connection->network(), connection->isFresh(now), connection->since(), at});
        }
        leaveLatest(waiting);
        std::erase_if(waiting, [&](const Waiting& each) { return now - each.since < aMoment; });
        count = std::min(count, waiting.size());
        std::nth_element(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count), waiting.end(),
                         &Waiting::isBefore);
        std::vector<Owned> taken(count);
        for (std::size_t i = 0; i < count; ++i)
            taken[i] = takeAt(waiting[i].at);
        return taken;
    }

private:
    static constexpr unsigned indexBits = 24;
    static constexpr Token indexMask = (Token{1} << indexBits) - 1;

    struct Waiting {
        std::size_t network;
        bool isFresh;
        Connection::Clock::time_point since;
        std::size_t at;

        static bool isBefore(const Waiting& one, const Waiting& other) noexcept {
            return std::tie(one.isFresh, one.since, one.at) < std::tie(other.isFresh, other.since, other.at);
        }
    };

    // Removes the latest of each network, unless none has more than one.
    static void leaveLatest(std::vector<Waiting>& waiting) {
        std::sort(waiting.begin(), waiting.end(), [](const Waiting& one, const Waiting& other) {
            return one.network != other.network ? one.network < other.network : Waiting::isBefore(one, other);
        });
        std::vector<Waiting> others;
        others.reserve(waiting.size());
        for (std::size_t i = 0; i + 1 < waiting.size(); ++i) {
            if (waiting[i].network == waiting[i + 1].network)
                others.push_back(waiting[i]);
        }
        if (!others.empty())
            waiting = std::move(others);
    }

    struct Slot {
        Connection::Clock::time_point deadline;
        Owned connection;
        std::uint64_t stay = 0;
    };

    [[nodiscard]] Token tokenOf(std::size_t at) const noexcept { return _slots[at].stay << indexBits | at; }

    Owned takeAt(std::size_t at) noexcept {
        ++_slots[at].stay;
        _free.push_back(at); // has capacity: it held this index before
        return std::exchange(_slots[at].connection, nullptr);
    }

    std::vector<Slot> _slots;
    std::vector<std::size_t> _free;
};

} // namespace central_oauth::http
