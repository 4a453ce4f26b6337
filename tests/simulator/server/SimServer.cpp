// SPDX-License-Identifier: Apache-2.0
#include "server/SimServer.h"

#include "server/SimHandler.h"

#include <algorithm>
#include <mutex>

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

namespace central_oauth::simulator {
namespace {

/// Threads that held requests may never take, so that the control routes stay reachable.
constexpr int reservedThreads = 8;

std::size_t holdLimit(int threads) {
    return static_cast<std::size_t>(std::max(threads - reservedThreads, 1));
}

} // namespace

SimServer::SimServer(const ServerOptions& options)
    : _state(options.seed, holdLimit(options.threads)),
      _control(_state, options.controlSecret),
      _pool("atlassian-sim", 2, options.threads) {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", options.port), true, false);
    socket.listen(256);
    _state.baseUrl = "http://127.0.0.1:" + std::to_string(socket.address().port());
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(options.threads);
    params->setMaxQueued(1024);
    params->setKeepAliveTimeout(Poco::Timespan(10, 0));
    params->setMaxKeepAliveRequests(0);
    params->setSoftwareVersion("atlassian-sim");
    _server = std::make_unique<Poco::Net::HTTPServer>(new SimHandlerFactory(_state, _control), _pool, socket,
                                                      params);
    _server->start();
}

SimServer::~SimServer() {
    stop();
}

void SimServer::stop() {
    {
        const std::lock_guard lock(_state.mutex);
        _state.stopping = true;
        _state.changed.notify_all();
    }
    _server->stopAll(true);
    _pool.joinAll();
}

} // namespace central_oauth::simulator
