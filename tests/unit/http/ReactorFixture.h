// SPDX-License-Identifier: Apache-2.0
// A listener, and clients that watch its connections.
#pragma once

#include "TextChecks.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/http/Listener.h"

#include <chrono>
#include <condition_variable>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http::test {

using namespace std::chrono_literals;

inline const std::string fast = "GET /v1/fast HTTP/1.1\r\nHost: h\r\n\r\n";
inline const std::string lastFast = "GET /v1/fast HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
inline const std::string held = "GET /v1/held HTTP/1.1\r\nHost: h\r\n\r\n";
inline const std::string blocked = "GET /v1/blocked HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
inline const std::string large = "GET /v1/large HTTP/1.1\r\nHost: h\r\n\r\n";

constexpr std::size_t largeBody = std::size_t{8} * 1024 * 1024;

/// A client's connection.
class Peer {
public:
    /// Connects from an address of the loopback network.
    explicit Peer(const Listener& listener, const std::string& source = "127.0.0.1")
        : _socket(Poco::Net::SocketAddress::IPv4) {
        _socket.impl()->bind(Poco::Net::SocketAddress(source, 0));
        _socket.connect(Poco::Net::SocketAddress("127.0.0.1", listener.address().port));
        _socket.setReceiveTimeout(Poco::Timespan(30, 0));
    }

    void send(const std::string& bytes) {
        for (std::size_t sent = 0; sent < bytes.size();)
            sent += static_cast<std::size_t>(
                _socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
    }

    /// Returns everything received until the server closes.
    std::string rest() {
        std::string all;
        char buffer[16384];
        try {
            for (int received = 0; (received = _socket.receiveBytes(buffer, sizeof buffer)) > 0;)
                all.append(buffer, static_cast<std::size_t>(received));
        } catch (const Poco::TimeoutException&) {
            throw;
        } catch (const Poco::Exception&) {
            // A reset counts as closed, too.
        }
        return all;
    }

    /// Returns everything received up to and including `end`.
    std::string until(const std::string& end) {
        std::string all;
        char byte = 0;
        while (all.size() < end.size() || all.compare(all.size() - end.size(), end.size(), end) != 0) {
            if (_socket.receiveBytes(&byte, 1) <= 0)
                throw std::runtime_error("closed after: " + all);
            all += byte;
        }
        return all;
    }

    Poco::Net::StreamSocket& socket() { return _socket; }

private:
    Poco::Net::StreamSocket _socket;
};

/// Makes requests in a handler wait for the test, and the test for them.
class Gate {
public:
    void pass() {
        std::unique_lock lock(_mutex);
        const int mine = ++_waiting;
        _changed.notify_all();
        _changed.wait_for(lock, 60s, [&] { return _isOpen || mine <= _passing; });
    }
    void waitFor(int count) {
        std::unique_lock lock(_mutex);
        CPPUNIT_ASSERT(_changed.wait_for(lock, 60s, [&] { return _waiting >= count; }));
    }
    /// Lets the first `count` requests through.
    void letPass(int count) {
        const std::lock_guard lock(_mutex);
        _passing = count;
        _changed.notify_all();
    }
    void open() {
        const std::lock_guard lock(_mutex);
        _isOpen = true;
        _changed.notify_all();
    }

private:
    std::mutex _mutex;
    std::condition_variable _changed;
    int _waiting = 0;
    int _passing = 0;
    bool _isOpen = false;
};

/// The event that a handler waits for; reports when no request waits for it any more.
struct Announced : base::OneShotEvent {
    explicit Announced(std::promise<void>& gone) : _gone(gone) {}
    ~Announced() override { _gone.set_value(); }

private:
    std::promise<void>& _gone;
};

/// A listener's routes and time limits: a minute each, so that a test shortens the one that it needs.
class ReactorFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _patient.workers = 2;
        _patient.head = _patient.body = _patient.idle = _patient.send = 60s;
        _gone = std::promise<void>();
        _announced = std::make_shared<Announced>(_gone);
        _holdAtMost = 60s;
        Router router;
        const auto add = [&router](const std::string& path, Handler handler) {
            router.add({"GET", path, {}, RouteKind::api, std::move(handler)});
        };
        add("/v1/fast", [](const Request&) { return Response::json(200, "{fast}"); });
        add("/v1/blocked", [this](const Request&) {
            _gate.pass();
            return Response::json(200, "{blocked}");
        });
        add("/v1/large", [](const Request&) { return Response::json(200, std::string(largeBody, 'x')); });
        add("/v1/held", [this](const Request& request) {
            return request.resumed() ? Response::json(200, "{held}") : Response::held(newHold());
        });
        add("/v1/held-after-gate", [this](const Request& request) {
            if (request.resumed())
                return Response::json(200, "{held}");
            _gate.pass();
            return Response::held(newHold());
        });
        router.add({"POST", "/v1/echo", {}, RouteKind::api, [](const Request& request) {
                        return Response::json(200, request.body());
                    }});
        DispatcherOptions options;
        options.makeRequestId = [] { return std::string("generated-1"); };
        _dispatcher = std::make_unique<Dispatcher>(std::move(router), std::move(options),
                                                   _logger.channel("central_oauth.http"));
    }

    void tearDown() override { _gate.open(); }

protected:
    Hold newHold() {
        const std::lock_guard lock(_mutex);
        ++_holds;
        _changed.notify_all();
        if (_holds == 1)
            return {_announced, _holdAtMost};
        _others.push_back(std::make_shared<base::OneShotEvent>());
        return {_others.back(), _holdAtMost};
    }

    void waitUntilHeld(int count = 1) {
        std::unique_lock lock(_mutex);
        CPPUNIT_ASSERT(_changed.wait_for(lock, 60s, [&] { return _holds >= count; }));
    }

    void fireLast() {
        std::shared_ptr<base::OneShotEvent> last;
        {
            const std::lock_guard lock(_mutex);
            last = _others.empty() ? _announced : _others.back();
        }
        last->fire();
    }

    void fireAll() {
        std::vector<std::shared_ptr<base::OneShotEvent>> all;
        std::shared_ptr<base::OneShotEvent> first;
        {
            const std::lock_guard lock(_mutex);
            all.swap(_others);
            first.swap(_announced);
        }
        for (auto& one : all)
            one->fire();
        first->fire();
    }

    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
    ListenerOptions _patient;
    Gate _gate;
    std::promise<void> _gone;
    std::unique_ptr<Dispatcher> _dispatcher;
    std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    std::shared_ptr<base::OneShotEvent> _announced;
    std::vector<std::shared_ptr<base::OneShotEvent>> _others;
    std::chrono::milliseconds _holdAtMost{0};
    int _holds = 0;
};

} // namespace central_oauth::http::test
