// SPDX-License-Identifier: Apache-2.0
// A server on loopback that follows a script.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::httpclient {

/// Serves one connection after the other and keeps the requests for the test.
class ScriptedServer {
public:
    using Script = std::function<void(Poco::Net::StreamSocket&)>;

    explicit ScriptedServer(Script script)
        : _script(std::move(script)),
          _listener(Poco::Net::SocketAddress("127.0.0.1", 0)),
          _thread([this] { serve(); }) {}
    ~ScriptedServer() {
        _stop = true;
        _thread.join();
    }

    std::string url(const std::string& target = "/") const {
        return "http://127.0.0.1:" + std::to_string(_listener.address().port()) + target;
    }
    std::string request() {
        const std::lock_guard hold(_mutex);
        return _request;
    }
    int connections() const { return _connections; }

private:
    void serve() {
        while (!_stop) {
            if (!_listener.poll(Poco::Timespan(0, 5000), Poco::Net::Socket::SELECT_READ))
                continue;
            Poco::Net::StreamSocket peer = _listener.acceptConnection();
            ++_connections;
            try {
                readRequest(peer);
                _script(peer);
            } catch (const Poco::Exception&) {
                // The client has closed the connection, as many of these tests expect.
            }
        }
    }

    void readRequest(Poco::Net::StreamSocket& peer) {
        std::string text;
        char buffer[4096];
        std::size_t wanted = std::string::npos;
        while (text.size() < wanted) {
            const int got = peer.receiveBytes(buffer, sizeof buffer);
            if (got <= 0)
                break;
            text.append(buffer, static_cast<std::size_t>(got));
            const auto end = text.find("\r\n\r\n");
            const auto length = text.find("Content-Length: ");
            if (end != std::string::npos)
                wanted = end + 4 + (length < end ? std::stoul(text.substr(length + 16)) : 0);
        }
        const std::lock_guard hold(_mutex);
        _request = text;
    }

    Script _script;
    std::atomic<bool> _stop{false};
    std::atomic<int> _connections{0};
    std::mutex _mutex; ///< guards _request
    std::string _request;
    Poco::Net::ServerSocket _listener;
    std::thread _thread;
};

} // namespace central_oauth::httpclient
