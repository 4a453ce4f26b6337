// SPDX-License-Identifier: Apache-2.0
#include "server/SimServer.h"

#include "server/HandshakeFilter.h"
#include "server/SimHandler.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

namespace central_oauth::simulator {
namespace {

/// Threads that held requests may never take, so that the control routes stay reachable.
constexpr int reservedThreads = 8;
constexpr int controlThreads = 8;

std::size_t holdLimit(int threads) {
    return static_cast<std::size_t>(std::max(threads - reservedThreads, 1));
}

using Poco::Net::Context;

/// Offers everything that a faulty client might accept, old versions included: OpenSSL 3 has those at
/// security level 0 only.
Context::Ptr tlsContext(const ServerOptions& options) {
    Context::Ptr context = new Context(Context::TLS_SERVER_USE, options.keyFile, options.certificateFile, "",
                                       Context::VERIFY_NONE, 9, false, "ALL:!aNULL:!eNULL:@SECLEVEL=0");
    const std::map<std::string, int> versions{{"1.0", Context::PROTO_TLSV1},
                                              {"1.1", Context::PROTO_TLSV1_1},
                                              {"1.2", Context::PROTO_TLSV1_2},
                                              {"1.3", Context::PROTO_TLSV1_3}};
    int others = 0;
    for (const auto& [name, version] : versions)
        others |= name == options.tlsVersion || options.tlsVersion.empty() ? 0 : version;
    context->disableProtocols(others);
    return context;
}

Poco::Net::ServerSocket makeSocket(const ServerOptions& options) {
    if (options.certificateFile.empty())
        return {};
    return Poco::Net::SecureServerSocket(tlsContext(options));
}

Poco::Net::ServerSocket listeningSocket(Poco::Net::ServerSocket socket, std::uint16_t port) {
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", port), true, false);
    socket.listen(1024);
    return socket;
}

/// Returns the part of the URL after the scheme.
std::string addressOf(const Poco::Net::ServerSocket& socket) {
    return "://127.0.0.1:" + std::to_string(socket.address().port());
}

Poco::Net::HTTPServerParams::Ptr serverParams(int threads) {
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(threads);
    params->setMaxQueued(1024);
    params->setKeepAliveTimeout(Poco::Timespan(10, 0));
    params->setMaxKeepAliveRequests(0);
    params->setSoftwareVersion("atlassian-sim");
    return params;
}

} // namespace

SimServer::SimServer(const ServerOptions& options)
    : _state(options.seed, holdLimit(options.threads)),
      _control(_state, options.controlSecret),
      _pool("atlassian-sim", 2, options.threads),
      _controlPool("atlassian-sim-control", 2, controlThreads) {
    Poco::Net::ServerSocket socket = listeningSocket(makeSocket(options), options.port);
    _state.tls = !options.certificateFile.empty();
    _state.baseUrl = (_state.tls ? "https" : "http") + addressOf(socket);
    _controlUrl = _state.baseUrl;
    if (_state.tls) {
        Poco::Net::ServerSocket plain = listeningSocket({}, 0);
        _controlUrl = "http" + addressOf(plain);
        _controlServer = std::make_unique<Poco::Net::HTTPServer>(
            new SimHandlerFactory(_state, _control, true), _controlPool, plain, serverParams(controlThreads));
        _controlServer->start();
    }
    _server = std::make_unique<Poco::Net::HTTPServer>(new SimHandlerFactory(_state, _control), _pool, socket,
                                                      serverParams(options.threads));
    if (_state.tls)
        _server->setConnectionFilter(new HandshakeFilter(_state));
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
    if (_controlServer != nullptr)
        _controlServer->stopAll(true);
    _server->stopAll(true);
    _controlPool.joinAll();
    _pool.joinAll();
}

} // namespace central_oauth::simulator
