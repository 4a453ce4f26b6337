// SPDX-License-Identifier: Apache-2.0
// Requests that wait without a thread.
#include "ReactorFixture.h"

#include <algorithm>

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class HeldRequestTest : public ReactorFixture {
    CPPUNIT_TEST_SUITE(HeldRequestTest);
    CPPUNIT_TEST(testAHeldRequestIsAnsweredWhenItsSignalFires);
    CPPUNIT_TEST(testAHeldRequestIsAnsweredWhenItsTimeIsUp);
    CPPUNIT_TEST(testASignalThatFiredBeforeIsNotLost);
    CPPUNIT_TEST(testAByteOfTheNextRequestLosesNoSignal);
    CPPUNIT_TEST(testHeldRequestsCostNoWorkers);
    CPPUNIT_TEST(testAHeldRequestEndsWithItsConnection);
    CPPUNIT_TEST(testARequestBehindAHeldOneIsAnsweredAfterIt);
    CPPUNIT_TEST(testAtMostThreeQuartersAreHeld);
    CPPUNIT_TEST(testStopAnswersHeldRequests);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAHeldRequestIsAnsweredWhenItsSignalFires() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send(held);
        waitUntilHeld();
        _announced->fire();
        CPPUNIT_ASSERT(contains(peer.until("{held}"), "HTTP/1.1 200 OK\r\n"));
        peer.send(lastFast);
        CPPUNIT_ASSERT(contains(peer.rest(), "{fast}"));
    }

    void testAHeldRequestIsAnsweredWhenItsTimeIsUp() {
        _holdAtMost = 200ms;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        const auto begin = std::chrono::steady_clock::now();
        peer.send(held);
        CPPUNIT_ASSERT(contains(peer.until("{held}"), "HTTP/1.1 200 OK\r\n"));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begin >= 200ms);
    }

    void testASignalThatFiredBeforeIsNotLost() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        _announced->fire();
        Peer peer(listener);
        peer.send(held);
        peer.until("{held}");
    }

    void testAByteOfTheNextRequestLosesNoSignal() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        // The byte arrives while the request is being held: the reactor thread reads it while the worker
        // still registers the event that the request waits for.
        for (int round = 1; round <= 500; ++round) {
            Peer peer(listener);
            peer.send("GET /v1/held-after-gate HTTP/1.1\r\nHost: h\r\n\r\n");
            _gate.waitFor(round);
            peer.send("G");
            _gate.letPass(round);
            waitUntilHeld(round);
            fireLast();
            peer.until("{held}");
        }
    }

    void testHeldRequestsCostNoWorkers() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> waiting;
        for (int index = 0; index < 50; ++index) {
            waiting.push_back(std::make_unique<Peer>(listener));
            waiting.back()->send(held);
        }
        waitUntilHeld(50);
        Peer peer(listener);
        peer.send(lastFast);
        CPPUNIT_ASSERT(contains(peer.rest(), "{fast}"));
        fireAll();
        for (auto& one : waiting)
            one->until("{held}");
    }

    void testAHeldRequestEndsWithItsConnection() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        {
            Peer peer(listener);
            peer.send(held);
            waitUntilHeld();
        }
        fireAll(); // releases this test's references; no request waits any more
        CPPUNIT_ASSERT(_gone.get_future().wait_for(30s) == std::future_status::ready);
    }

    void testARequestBehindAHeldOneIsAnsweredAfterIt() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        Peer peer(listener);
        peer.send(held + lastFast);
        waitUntilHeld();
        CPPUNIT_ASSERT(!peer.socket().poll(Poco::Timespan(100000), Poco::Net::Socket::SELECT_READ));
        _announced->fire();
        const auto answers = peer.rest();
        CPPUNIT_ASSERT(answers.find("{held}") < answers.find("{fast}"));
        CPPUNIT_ASSERT(contains(answers, "{fast}"));
    }

    void testAtMostThreeQuartersAreHeld() {
        _patient.connections = 16;
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> waiting;
        for (int index = 0; index < 13; ++index) {
            waiting.push_back(std::make_unique<Peer>(listener));
            waiting.back()->send(held);
        }
        // One request is answered at once, because there is no room to hold it. Which one depends on the
        // order of the workers.
        const auto isAnswered = [](const auto& one) {
            return one->socket().poll(Poco::Timespan(0, 1000), Poco::Net::Socket::SELECT_READ);
        };
        const auto end = std::chrono::steady_clock::now() + 30s;
        auto answered = waiting.end();
        while (answered == waiting.end() && std::chrono::steady_clock::now() < end)
            answered = std::find_if(waiting.begin(), waiting.end(), isAnswered);
        CPPUNIT_ASSERT(answered != waiting.end());
        (*answered)->until("{held}");
        waiting.erase(answered);
        waitUntilHeld(12);
        CPPUNIT_ASSERT(std::none_of(waiting.begin(), waiting.end(), isAnswered));
        fireAll();
    }

    void testStopAnswersHeldRequests() {
        Listener listener(_patient, *_dispatcher);
        listener.start();
        std::vector<std::unique_ptr<Peer>> waiting;
        for (int index = 0; index < 40; ++index) {
            waiting.push_back(std::make_unique<Peer>(listener));
            waiting.back()->send(held);
        }
        waitUntilHeld(40);
        auto left = std::async(std::launch::async, [&listener] { return listener.stop(30s); });
        for (auto& peer : waiting) {
            const auto answer = peer->rest();
            CPPUNIT_ASSERT(contains(answer, "{held}") && contains(answer, "Connection: close\r\n"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, left.get());
        fireAll();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeldRequestTest);
