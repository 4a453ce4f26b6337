// SPDX-License-Identifier: Apache-2.0
// Each outcome of a non-blocking connection without TLS.
#include "TlsFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::http;
using namespace central_oauth::http::test;

using Outcome = Transport::Outcome;

class PlainTransportTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlainTransportTest);
    CPPUNIT_TEST(testMovesBytes);
    CPPUNIT_TEST(testWaitsWithoutBlocking);
    CPPUNIT_TEST(testTellsAnOrderlyEnd);
    CPPUNIT_TEST(testAPeerThatIsGoneIsClosed);
    CPPUNIT_TEST(testStillReceivesAfterItsOwnEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _sockets = std::make_unique<SocketPair>();
        _transport = makePlainTransport(_sockets->server);
        _peer = makePlainTransport(_sockets->client);
    }

    void testMovesBytes() {
        CPPUNIT_ASSERT(_peer->send("hello", 5).bytes == 5);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), receiveAll(*_transport, 5));
    }

    void testWaitsWithoutBlocking() {
        char octet = 0;
        CPPUNIT_ASSERT(_transport->receive(&octet, 1).outcome == Outcome::waitsToRead);
        const std::string bytes(64 * 1024, 'x');
        std::size_t sent = 0;
        waitUntil([&] {
            const auto result = _transport->send(bytes.data(), bytes.size());
            sent += result.bytes;
            return result.outcome == Outcome::waitsToWrite;
        });
        CPPUNIT_ASSERT_EQUAL(sent, receiveAll(*_peer, sent).size());
        waitUntil([&] { return _transport->send("x", 1).outcome == Outcome::done; });
    }

    void testTellsAnOrderlyEnd() {
        _peer->shutdownSend();
        auto outcome = Outcome::done;
        (void)receiveAll(*_transport, 0, &outcome);
        waitUntil([&] {
            char octet = 0;
            outcome = _transport->receive(&octet, 1).outcome;
            return outcome != Outcome::waitsToRead;
        });
        CPPUNIT_ASSERT(outcome == Outcome::ended);
    }

    void testAPeerThatIsGoneIsClosed() {
        _sockets->client.setLinger(true, 0); // closing resets the connection
        _peer.reset();
        _sockets->client.close();
        waitUntil([&] { return _transport->send("x", 1).outcome == Outcome::closed; });
        CPPUNIT_ASSERT(_transport->send("x", 1).outcome == Outcome::closed);
        _transport->shutdownSend();
    }

    void testStillReceivesAfterItsOwnEnd() {
        _transport->shutdownSend();
        CPPUNIT_ASSERT(_transport->send("x", 1).outcome == Outcome::closed);
        (void)_peer->send("late", 4);
        CPPUNIT_ASSERT_EQUAL(std::string("late"), receiveAll(*_transport, 4));
    }

private:
    std::unique_ptr<SocketPair> _sockets;
    std::unique_ptr<Transport> _transport;
    std::unique_ptr<Transport> _peer;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlainTransportTest);
