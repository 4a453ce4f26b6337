// SPDX-License-Identifier: Apache-2.0
// Connections that are slow, idle, or too many.
#include "ReactorFixture.h"

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class ReactorTest : public ReactorFixture {
    CPPUNIT_TEST_SUITE(ReactorTest);
    CPPUNIT_TEST(testIdleConnectionsAreClosedSilently);
    CPPUNIT_TEST(testSilentConnectionsAreClosedSilently);
    CPPUNIT_TEST(testSlowHeadsAre408);
    CPPUNIT_TEST(testSlowBodiesAre408);
    CPPUNIT_TEST(testAHeadsTimeBeginsWithItsFirstByte);
    CPPUNIT_TEST(testATruncatedRequestIsRefused);
    CPPUNIT_TEST(testContinueIsAnsweredAtOnce);
    CPPUNIT_TEST(testSlowReadersCostNoWorker);
    CPPUNIT_TEST(testAReaderThatNeverReadsIsClosed);
    CPPUNIT_TEST(testManyPipelinedRequestsAreAnsweredInOrder);
    CPPUNIT_TEST(testTooManyRequestsAre503);
    CPPUNIT_TEST(testTheLongestWaitingMakesRoom);
    CPPUNIT_TEST(testAHostWithManyConnectionsPushesOutItsOwn);
    CPPUNIT_TEST(testTheLongestWaitingHostMakesRoom);
    CPPUNIT_TEST(testStopEndsUnfinishedRequestsQuickly);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIdleConnectionsAreClosedSilently() {
        _patient.idle = 200ms;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send(fast);
        peer.until("{fast}");
        CPPUNIT_ASSERT_EQUAL(std::string(), peer.rest());
    }

    void testSilentConnectionsAreClosedSilently() {
        _patient.head = 200ms;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        CPPUNIT_ASSERT_EQUAL(std::string(), Peer(listener).rest());
    }

    void testSlowHeadsAre408() {
        _patient.head = 2s;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send("GET /v1/fast HTTP/1.1\r\nHost: ");
        const auto answer = peer.rest();
        CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "HTTP/1.1 408 "));
        CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "Connection: close\r\n"));
        CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "\"error\":\"request_timeout\""));
    }

    void testSlowBodiesAre408() {
        _patient.body = 200ms;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nbod");
        CPPUNIT_ASSERT(contains(peer.rest(), "HTTP/1.1 408 "));
    }

    void testAHeadsTimeBeginsWithItsFirstByte() {
        _patient.head = 2s;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send(fast);
        peer.until("{fast}");
        // The connection is idle for longer than a head may take; then a byte starts the head's time.
        CPPUNIT_ASSERT(!peer.socket().poll(Poco::Timespan(2'500'000), Poco::Net::Socket::SELECT_READ));
        peer.send("G");
        CPPUNIT_ASSERT(!peer.socket().poll(Poco::Timespan(500'000), Poco::Net::Socket::SELECT_READ));
        CPPUNIT_ASSERT(contains(peer.rest(), "HTTP/1.1 408 "));
    }

    void testATruncatedRequestIsRefused() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        for (const char* part :
             {"GET /v1/fast HT", "POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nbod"}) {
            Peer peer(listener);
            peer.send(part);
            peer.socket().shutdownSend();
            CPPUNIT_ASSERT(contains(peer.rest(), "HTTP/1.1 400 "));
        }
        Peer whole(listener);
        whole.send(fast);
        whole.socket().shutdownSend();
        CPPUNIT_ASSERT(contains(whole.rest(), "{fast}"));
    }

    void testContinueIsAnsweredAtOnce() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send("POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
                  "Connection: close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 100 Continue\r\n\r\n"), peer.until("\r\n\r\n"));
        peer.send("body");
        const auto answer = peer.rest();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, answer.find("HTTP/1.1 200 OK\r\n"));
        CPPUNIT_ASSERT(contains(answer, "\r\n\r\nbody"));
    }

    void testSlowReadersCostNoWorker() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> slow;
        for (int index = 0; index < 8; ++index) {
            slow.push_back(std::make_unique<Peer>(listener));
            slow.back()->send(large);
        }
        Peer peer(listener);
        peer.send(lastFast);
        CPPUNIT_ASSERT(contains(peer.rest(), "{fast}"));
        for (auto& reader : slow) {
            reader->until("\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL(std::string("xxxx"), reader->until("xxxx"));
        }
        slow.front()->send(lastFast);
        const auto rest = slow.front()->rest();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(rest.size()), largeBody - 4,
                                     rest.find("HTTP/1.1 200 OK"));
    }

    void testAReaderThatNeverReadsIsClosed() {
        _patient.send = 200ms;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send("GET /v1/fast HTTP/1.1\r\nHost: h\r\n\r\n");
        peer.until("{fast}");
        // A large answer gets time for its size; a small one that does not fit behind it gets none.
        std::string many;
        for (int index = 0; index < 20'000; ++index)
            many += fast;
        peer.socket().setBlocking(false);
        std::size_t sent = 0;
        const auto end = std::chrono::steady_clock::now() + 30s;
        // The server reads no further request until it has sent the last answer; at the end it closes.
        for (bool isOpen = true; isOpen && std::chrono::steady_clock::now() < end;) {
            try {
                const auto left = many.size() - sent % many.size();
                const int count =
                    peer.socket().sendBytes(many.data() + sent % many.size(), static_cast<int>(left));
                sent += count > 0 ? static_cast<std::size_t>(count) : 0;
                peer.socket().poll(Poco::Timespan(50000), Poco::Net::Socket::SELECT_WRITE);
            } catch (const Poco::Exception&) {
                isOpen = false;
            }
        }
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() < end);
    }

    void testManyPipelinedRequestsAreAnsweredInOrder() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        std::string requests;
        std::string expected;
        for (int index = 0; index < 500; ++index) {
            const auto body = std::to_string(index);
            requests +=
                "POST /v1/echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
        }
        peer.send(requests + lastFast);
        const auto answers = peer.rest();
        std::size_t at = 0;
        for (int index = 0; index < 500; ++index) {
            at = answers.find("\r\n\r\n" + std::to_string(index) + "HTTP/1.1 200", at);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(index), at != std::string::npos);
        }
        CPPUNIT_ASSERT(contains(answers, "{fast}"));
    }

    void testTooManyRequestsAre503() {
        _patient.queue = 3;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> waiting;
        for (int index = 0; index < 2; ++index)
            waiting.push_back(std::make_unique<Peer>(listener));
        for (auto& peer : waiting)
            peer->send(blocked);
        _gate.waitFor(2);
        for (int index = 0; index < 3; ++index) {
            waiting.push_back(std::make_unique<Peer>(listener));
            waiting.back()->send(blocked);
        }
        while (listener.requestsWaiting() < 3)
            std::this_thread::yield();
        Peer late(listener);
        late.send(fast);
        const auto answer = late.rest();
        CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "HTTP/1.1 503 Service Unavailable\r\n"));
        CPPUNIT_ASSERT(contains(answer, "\"error\":\"busy\"") && contains(answer, "Retry-After: "));
        _gate.open();
        for (auto& peer : waiting)
            CPPUNIT_ASSERT(contains(peer->rest(), "{blocked}"));
    }

    void testTheLongestWaitingMakesRoom() {
        _patient.connections = 20;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> idle;
        for (int index = 0; index < 30; ++index) {
            idle.push_back(std::make_unique<Peer>(listener));
            idle.back()->send(index % 2 == 0 ? fast : "GET /");
            if (index % 2 == 0)
                idle.back()->until("{fast}");
        }
        Peer peer(listener);
        peer.send(lastFast);
        CPPUNIT_ASSERT(contains(peer.rest(), "{fast}"));
        CPPUNIT_ASSERT_EQUAL(std::string(), idle.front()->rest());
        CPPUNIT_ASSERT(listener.connections() <= 20);
        idle.back()->send("v1/fast HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(idle.back()->rest(), "{fast}"));
    }

    void testAHostWithManyConnectionsPushesOutItsOwn() {
        _patient.connections = 20;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer other(listener, "127.0.0.2");
        other.send("GET /");
        std::vector<std::unique_ptr<Peer>> many;
        for (int index = 0; index < 100; ++index)
            many.push_back(std::make_unique<Peer>(listener));
        CPPUNIT_ASSERT_EQUAL(std::string(), many.front()->rest());
        other.send("v1/fast HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(other.rest(), "{fast}"));
    }

    // As many hosts as connections: the one that has waited longest goes.
    void testTheLongestWaitingHostMakesRoom() {
        _patient.connections = 20;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> peers;
        for (int index = 0; index < 30; ++index)
            peers.push_back(std::make_unique<Peer>(listener, "127.0.1." + std::to_string(index + 1)));
        CPPUNIT_ASSERT_EQUAL(std::string(), peers.front()->rest());
        peers.back()->send(lastFast);
        CPPUNIT_ASSERT(contains(peers.back()->rest(), "{fast}"));
    }

    void testStopEndsUnfinishedRequestsQuickly() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer finished(listener);
        finished.send("GET /v1/fa");
        Peer unfinished(listener);
        unfinished.send("GET /v1/fa");
        // Both requests were read, because later ones are answered.
        Peer third(listener);
        third.send(fast);
        third.until("{fast}");
        auto left = std::async(std::launch::async, [&listener] { return listener.stop(60s); });
        finished.send("st HTTP/1.1\r\nHost: h\r\n\r\n");
        CPPUNIT_ASSERT(contains(finished.rest(), "{fast}"));
        CPPUNIT_ASSERT(contains(unfinished.rest(), "HTTP/1.1 408 "));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, left.get());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReactorTest);
