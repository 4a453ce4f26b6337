// SPDX-License-Identifier: Apache-2.0
// Accepts connections, and closes others to make room.
#include "Reactor.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace central_oauth::http {

namespace {

using Clock = Connection::Clock;

constexpr int mostAcceptedAtOnce = 256;

} // namespace

void Reactor::acceptAll() {
    if (_hasStopped)
        return;
    // Holds even if memory runs out below: the next check of the deadlines retries.
    _isAcceptPaused = true;
    auto next = AfterAccept::another;
    for (int accepted = 0; accepted < mostAcceptedAtOnce && next == AfterAccept::another; ++accepted)
        next = acceptOne();
    if (next == AfterAccept::pause)
        return;
    _isAcceptPaused = false;
    _readiness.arm(_acceptor.socket(), listener, Interest::read);
}

Reactor::AfterAccept Reactor::acceptOne() {
    if (_open.count() >= _limits.connections && !makeRoom())
        return AfterAccept::pause; // until then the system queues connections
    Poco::Net::StreamSocket socket;
    Poco::Net::SocketAddress peer;
    switch (_acceptor.accept(socket, peer)) {
    case Acceptor::Outcome::accepted:
        open(socket, peer);
        return AfterAccept::another;
    case Acceptor::Outcome::gone:
        return AfterAccept::another;
    case Acceptor::Outcome::nobody:
        return AfterAccept::wait;
    case Acceptor::Outcome::noDescriptor:
        return makeRoom() ? AfterAccept::another : AfterAccept::pause;
    case Acceptor::Outcome::failed:
        return AfterAccept::pause;
    }
    return AfterAccept::pause;
}

// Closes the connections that have waited longest for their peers: an honest client sends its request at
// once. Keeps those with unread bytes, e.g. in a queue of handshakes, as long as others can go: their peers
// wait for this side.
bool Reactor::makeRoom() {
    constexpr std::size_t share = 64;
    std::vector<Owned> longest;
    {
        const std::lock_guard lock(_mutex);
        longest =
            _table.takeLongestWaiting(std::max<std::size_t>(1, _limits.connections / share), Clock::now());
    }
    const auto unread = std::stable_partition(longest.begin(), longest.end(), [](const Owned& connection) {
        return !connection->hasUnreadBytes();
    });
    const auto kept = unread == longest.begin() ? longest.end() : unread;
    for (auto each = longest.begin(); each != kept; ++each)
        drop(std::move(*each));
    for (auto each = kept; each != longest.end(); ++each) {
        const auto interest = (*each)->interest();
        keep(std::move(*each), interest);
    }
    return !longest.empty();
}

// If there is no memory for a connection, its destructor closes it.
void Reactor::open(const Poco::Net::StreamSocket& socket, const Poco::Net::SocketAddress& peer) {
    std::shared_ptr<const TlsContext> tls;
    {
        const std::lock_guard lock(_mutex);
        tls = _tls;
    }
    try {
        auto connection = std::make_unique<Connection>(
            _open, _patience, tls ? tls->accept(socket) : makePlainTransport(socket), peer.host().toString());
        const std::lock_guard lock(_mutex);
        const auto token = _table.put(std::move(connection));
        try {
            _readiness.add(socket, token, Interest::read);
        } catch (const std::exception&) {
            _table.take(token).reset();
        }
    } catch (const std::exception&) {
        return;
    }
}

} // namespace central_oauth::http
