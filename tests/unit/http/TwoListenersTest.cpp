// SPDX-License-Identifier: Apache-2.0
// Two listeners of one process: each has its own routes, policy and TLS, and stops alone.
#include "ReactorFixture.h"
#include "TlsFixture.h"

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class TwoListenersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TwoListenersTest);
    CPPUNIT_TEST(testEachAnswersByItsOwnRoutesAndPolicy);
    CPPUNIT_TEST(testOnlyTheOneWithTlsSpeaksIt);
    CPPUNIT_TEST(testOneStopsAndTheOtherGoesOn);
    CPPUNIT_TEST(testOneThatEndsTakesNothingFromTheOther);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachAnswersByItsOwnRoutesAndPolicy() {
        startBoth();
        CPPUNIT_ASSERT(_open->address().port != _local->address().port);

        const auto open = answerOf(*_open, "/v1/open");
        CPPUNIT_ASSERT_MESSAGE(open, contains(open, "HTTP/1.1 200 OK\r\n") && contains(open, "{open}"));
        CPPUNIT_ASSERT_MESSAGE(open, contains(open, "X-Request-ID: open-1\r\n"));
        CPPUNIT_ASSERT_MESSAGE(open, contains(open, "Strict-Transport-Security: "));
        CPPUNIT_ASSERT(contains(answerOf(*_open, "/v1/held"), "HTTP/1.1 404 "));
        CPPUNIT_ASSERT_MESSAGE("pages are served at its own host only",
                               contains(answerOf(*_open, "/page"), "HTTP/1.1 421 "));

        const auto local = answerOf(*_local, "/v1/local");
        CPPUNIT_ASSERT_MESSAGE(local, contains(local, "HTTP/1.1 200 OK\r\n") && contains(local, "{local}"));
        CPPUNIT_ASSERT_MESSAGE(local, contains(local, "X-Request-ID: local-1\r\n"));
        CPPUNIT_ASSERT_MESSAGE(local, !contains(local, "Strict-Transport-Security: "));
        CPPUNIT_ASSERT(contains(answerOf(*_local, "/v1/open"), "HTTP/1.1 404 "));
        CPPUNIT_ASSERT(contains(answerOf(*_local, "/page"), "{page}"));
    }

    void testOnlyTheOneWithTlsSpeaksIt() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        startBoth();
        _open->useTls(std::make_shared<const TlsContext>(folder.files()));

        CPPUNIT_ASSERT(!contains(answerOf(*_open, "/v1/open"), "HTTP/1.1"));
        CPPUNIT_ASSERT(contains(answerOf(*_local, "/v1/local"), "{local}"));

        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", _open->address().port));
        socket.setBlocking(false);
        TlsClient client(socket);
        waitUntil([&] { return client.step(); });
        CPPUNIT_ASSERT_EQUAL(std::string(), client.failure());
        client.send("GET /v1/open HTTP/1.1\r\nHost: h\r\n\r\n");
        std::string answer;
        waitUntil([&] { return contains(answer += client.receive(), "{open}"); });
    }

    void testOneStopsAndTheOtherGoesOn() {
        startBoth();
        Peer openPeer(*_open);
        openPeer.send("GET /v1/open HTTP/1.1\r\nHost: h\r\n\r\n");
        openPeer.until("{open}");
        Peer kept(*_local);
        kept.send("GET /v1/local HTTP/1.1\r\nHost: h\r\n\r\n");
        kept.until("{local}");
        Peer waiting(*_local);
        waiting.send(held);
        CPPUNIT_ASSERT(_held.get_future().wait_for(30s) == std::future_status::ready);

        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _open->stop(30s));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its connections are closed", std::string(), openPeer.rest());
        CPPUNIT_ASSERT_THROW(Peer refused(*_open), Poco::Exception);

        CPPUNIT_ASSERT_MESSAGE(
            "a held request is not resumed",
            !waiting.socket().poll(Poco::Timespan(200000), Poco::Net::Socket::SELECT_READ));
        kept.send("GET /v1/local HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto answer = kept.until("{local}");
        CPPUNIT_ASSERT_MESSAGE(answer, !contains(answer, "Connection: close\r\n"));
        CPPUNIT_ASSERT(contains(answerOf(*_local, "/v1/local"), "{local}"));
        _event->fire();
        waiting.until("{held}");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _local->stop(30s));
    }

    void testOneThatEndsTakesNothingFromTheOther() {
        startBoth();
        _local.reset();
        CPPUNIT_ASSERT(contains(answerOf(*_open, "/v1/open"), "{open}"));
        _local = std::make_unique<Listener>(ListenerOptions(), localDispatcher());
        _local->start();
        CPPUNIT_ASSERT(contains(answerOf(*_local, "/v1/local"), "{local}"));
    }

private:
    static std::string answerOf(const Listener& listener, const std::string& path) {
        Peer peer(listener);
        peer.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        return peer.rest();
    }

    void startBoth() {
        _open = std::make_unique<Listener>(ListenerOptions{.workers = 2}, openDispatcher());
        _local = std::make_unique<Listener>(ListenerOptions{.workers = 1}, localDispatcher());
        _open->start();
        _local->start();
    }

    Dispatcher openDispatcher() {
        Router router;
        router.add({"GET", "/v1/open", {}, RouteKind::api, [](const Request&) {
                        return Response::json(200, "{open}");
                    }});
        addPage(router);
        DispatcherOptions policy;
        policy.makeRequestId = [] { return std::string("open-1"); };
        policy.pageHost = "broker.example";
        policy.https = true;
        return {std::move(router), std::move(policy), _logger.channel("central_oauth.http")};
    }

    Dispatcher localDispatcher() {
        Router router;
        router.add({"GET", "/v1/local", {}, RouteKind::api, [](const Request&) {
                        return Response::json(200, "{local}");
                    }});
        router.add({"GET", "/v1/held", {}, RouteKind::api, [this](const Request& request) {
                        if (request.resumed())
                            return Response::json(200, "{held}");
                        _held.set_value();
                        return Response::held({_event, 60s});
                    }});
        addPage(router);
        DispatcherOptions policy;
        policy.makeRequestId = [] { return std::string("local-1"); };
        return {std::move(router), std::move(policy), _logger.channel("central_oauth.admin")};
    }

    static void addPage(Router& router) {
        router.add({"GET", "/page", {}, RouteKind::page, [](const Request&) {
                        return Response::html(200, "{page}");
                    }});
    }

    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
    std::shared_ptr<base::OneShotEvent> _event = std::make_shared<base::OneShotEvent>();
    std::promise<void> _held;
    std::unique_ptr<Listener> _open;
    std::unique_ptr<Listener> _local;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TwoListenersTest);
