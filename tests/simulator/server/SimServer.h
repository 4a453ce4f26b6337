// SPDX-License-Identifier: Apache-2.0
// The listening server with its threads.
#pragma once

#include "server/Control.h"
#include "server/SimState.h"

#include <cstdint>
#include <memory>
#include <string>

#include <Poco/Net/HTTPServer.h>
#include <Poco/ThreadPool.h>

namespace central_oauth::simulator {

struct ServerOptions {
    std::uint16_t port = 0; ///< 0: any free one
    int threads = 64;
    std::uint64_t seed = 0; ///< 0: from the system
    std::string controlSecret;
    std::string certificateFile; ///< PEM, the server's own first; empty: plain HTTP
    std::string keyFile;
    std::string tlsVersion; ///< the only one offered: "1.0" to "1.3"; empty: all of them
};

/// Serves from construction to stop(), on 127.0.0.1 only.
///
/// Call stop() from the thread that made it. Throws Poco::Exception if it cannot listen.
class SimServer {
public:
    explicit SimServer(const ServerOptions& options);
    ~SimServer();
    SimServer(const SimServer&) = delete;
    SimServer& operator=(const SimServer&) = delete;

    [[nodiscard]] const std::string& url() const noexcept { return _state.baseUrl; }

    /// Where control routes answer even if TLS fails: over TLS an address of their own without TLS, otherwise
    /// `url()`.
    [[nodiscard]] const std::string& controlUrl() const noexcept { return _controlUrl; }

    /// Closes all connections, held ones included, and joins the threads. May be called again.
    void stop();

private:
    SimState _state;
    Control _control;
    Poco::ThreadPool _pool;
    std::unique_ptr<Poco::Net::HTTPServer> _server;
    std::string _controlUrl;
    Poco::ThreadPool _controlPool;
    std::unique_ptr<Poco::Net::HTTPServer> _controlServer; ///< with TLS only
};

} // namespace central_oauth::simulator
