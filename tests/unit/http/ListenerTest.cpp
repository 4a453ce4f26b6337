// SPDX-License-Identifier: Apache-2.0
// Binding, starting and stopping a listener.
#include "central_oauth/http/Listener.h"

#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using Poco::Net::HTTPRequest;

/// A handler that reports its start and blocks until it is released.
struct HandlerGate {
    std::promise<void> entered;
    std::promise<void> opened;
};

int statusFrom(Poco::Net::HTTPClientSession& session) {
    Poco::Net::HTTPResponse response;
    session.receiveResponse(response).ignore(1000);
    return response.getStatus();
}

} // namespace

class ListenerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListenerTest);
    CPPUNIT_TEST(testReportsItsAddress);
    CPPUNIT_TEST(testRefusesAnAddressInUse);
    CPPUNIT_TEST(testRefusesAnAddressThatItCantBind);
    CPPUNIT_TEST(testListensOnIpv6);
    CPPUNIT_TEST(testStopLetsARequestInFlightEnd);
    CPPUNIT_TEST(testStopReportsWhatIsLeft);
    CPPUNIT_TEST(testStopClosesIdleConnections);
    CPPUNIT_TEST(testStoppedServerRefusesConnections);
    CPPUNIT_TEST(testStopTwiceAndWithoutStart);
    CPPUNIT_TEST(testServesSeveralConnectionsAtOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _gate = std::make_unique<HandlerGate>();
        Router router;
        router.add({"GET", "/v1/fast", {}, RouteKind::api, [](const Request&) {
                        return Response::json(200, "{}");
                    }});
        router.add({"GET", "/v1/gate", {}, RouteKind::api, [this](const Request&) {
                        _gate->entered.set_value();
                        _gate->opened.get_future().wait_for(std::chrono::seconds(30));
                        return Response::json(200, "{}");
                    }});
        DispatcherOptions options;
        options.makeRequestId = [] { return std::string("generated-1"); };
        _dispatcher = std::make_unique<Dispatcher>(std::move(router), std::move(options),
                                                   _logger.channel("central_oauth.http"));
    }

    void testReportsItsAddress() {
        const Listener listener({}, *_dispatcher);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), listener.address().host);
        CPPUNIT_ASSERT(listener.address().port != 0);
    }

    void testRefusesAnAddressInUse() {
        const Listener first({}, *_dispatcher);
        ListenerOptions options;
        options.port = first.address().port;
        try {
            const Listener second(options, *_dispatcher);
            CPPUNIT_FAIL("two listeners share a port");
        } catch (const BindError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.find("cannot listen on 127.0.0.1:") == 0);
            CPPUNIT_ASSERT_MESSAGE(text, text.find("already in use") != std::string::npos);
        }
    }

    void testRefusesAnAddressThatItCantBind() {
        ListenerOptions options;
        options.host = "192.0.2.1";
        CPPUNIT_ASSERT_THROW(Listener(options, *_dispatcher), BindError);
        options.host = "not an address";
        CPPUNIT_ASSERT_THROW(Listener(options, *_dispatcher), BindError);
    }

    void testListensOnIpv6() {
        ListenerOptions options;
        options.host = "::1";
        try {
            Listener listener(options, *_dispatcher);
            listener.start();
            Poco::Net::HTTPClientSession session("::1", listener.address().port);
            HTTPRequest request("GET", "/v1/fast", "HTTP/1.1");
            session.sendRequest(request);
            CPPUNIT_ASSERT_EQUAL(200, statusFrom(session));
        } catch (const BindError& error) {
            // A machine without IPv6 must report it like any other refusal.
            CPPUNIT_ASSERT(std::string(error.what()).find("cannot listen on [::1]:0") == 0);
        }
    }

    void testStopLetsARequestInFlightEnd() {
        Listener listener({}, *_dispatcher);
        listener.start();
        Poco::Net::HTTPClientSession session("127.0.0.1", listener.address().port);
        enterGate(session);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listener.requestsInFlight());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listener.connections());
        auto left =
            std::async(std::launch::async, [&listener] { return listener.stop(std::chrono::seconds(30)); });
        _gate->opened.set_value();
        CPPUNIT_ASSERT_EQUAL(200, statusFrom(session));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, left.get());
    }

    void testStopReportsWhatIsLeft() {
        Listener listener({}, *_dispatcher);
        listener.start();
        Poco::Net::HTTPClientSession session("127.0.0.1", listener.address().port);
        enterGate(session);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listener.stop(std::chrono::seconds(0)));
        _gate->opened.set_value();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, listener.stop(std::chrono::seconds(30)));
    }

    void testStopClosesIdleConnections() {
        ListenerOptions options;
        options.idle = std::chrono::seconds(60); // so that this limit does not close the connection below
        Listener listener(options, *_dispatcher);
        listener.start();
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", listener.address().port));
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        const std::string request = "GET /v1/fast HTTP/1.1\r\nHost: h\r\n\r\n";
        socket.sendBytes(request.data(), static_cast<int>(request.size()));
        std::string answer;
        char buffer[4096];
        while (answer.find("{}") == std::string::npos)
            answer.append(buffer, static_cast<std::size_t>(socket.receiveBytes(buffer, sizeof buffer)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, listener.stop(std::chrono::seconds(30)));
        CPPUNIT_ASSERT_EQUAL(0, socket.receiveBytes(buffer, sizeof buffer));
    }

    void testStoppedServerRefusesConnections() {
        Listener listener({}, *_dispatcher);
        listener.start();
        const auto port = listener.address().port;
        listener.stop(std::chrono::seconds(0));
        CPPUNIT_ASSERT_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port)),
                             Poco::Exception);
        CPPUNIT_ASSERT_EQUAL(port, listener.address().port);
    }

    void testStopTwiceAndWithoutStart() {
        Listener listener({}, *_dispatcher);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, listener.stop(std::chrono::seconds(1)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, listener.stop(std::chrono::seconds(1)));
    }

    void testServesSeveralConnectionsAtOnce() {
        ListenerOptions options;
        options.workers = 4;
        Listener listener(options, *_dispatcher);
        listener.start();
        Poco::Net::HTTPClientSession held("127.0.0.1", listener.address().port);
        enterGate(held);
        // All of them stay open, and none occupies a worker meanwhile.
        std::vector<std::unique_ptr<Poco::Net::HTTPClientSession>> others;
        for (int index = 0; index < 20; ++index) {
            others.push_back(
                std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", listener.address().port));
            others.back()->setKeepAlive(true);
            HTTPRequest request("GET", "/v1/fast", "HTTP/1.1");
            others.back()->sendRequest(request);
            CPPUNIT_ASSERT_EQUAL(200, statusFrom(*others.back()));
        }
        _gate->opened.set_value();
        CPPUNIT_ASSERT_EQUAL(200, statusFrom(held));
    }

private:
    void enterGate(Poco::Net::HTTPClientSession& session) {
        HTTPRequest request("GET", "/v1/gate", "HTTP/1.1");
        session.sendRequest(request).flush();
        CPPUNIT_ASSERT(_gate->entered.get_future().wait_for(std::chrono::seconds(30)) ==
                       std::future_status::ready);
    }

    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
    std::unique_ptr<HandlerGate> _gate;
    std::unique_ptr<Dispatcher> _dispatcher;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenerTest);
