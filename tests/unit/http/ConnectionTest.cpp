// SPDX-License-Identifier: Apache-2.0
// An idle connection when its time ends, driven step by step.
#include "Connection.h"

#include "AnswerText.h"
#include "TlsFixture.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>

using namespace central_oauth::http;
using namespace central_oauth::http::test;
using namespace std::chrono_literals;

using Need = Connection::Need;

namespace {

const std::string wholeRequest = "GET /v1/fast HTTP/1.1\r\nHost: h\r\n\r\n";

} // namespace

class ConnectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(testRequestThatArrivesAsTheTimePassesIsAnswered);
    CPPUNIT_TEST(testBeginningOfARequestGetsItsTime);
    CPPUNIT_TEST(testIdleConnectionEndsInOrder);
    CPPUNIT_TEST(testRequestBehindTheEndIsNotReset);
    CPPUNIT_TEST(testConnectionThatNeverSpokeEndsAtOnce);
    CPPUNIT_TEST(testFirstRequestThatArrivesAsTheTimePassesIsAnswered);
    CPPUNIT_TEST(testPeerThatIsGoneEndsAtOnce);
    CPPUNIT_TEST(testUnreadBytesAreSeen);
    CPPUNIT_TEST(testPromisesLessTimeThanItKeeps);
    CPPUNIT_TEST(testPromisesTimeOnlyWhereItHolds);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _sockets = std::make_unique<SocketPair>();
        _connection =
            std::make_unique<Connection>(_all, _patience, makePlainTransport(_sockets->server), "192.0.2.7");
        _peer = makePlainTransport(_sockets->client);
    }

    void tearDown() override {
        _connection.reset();
        _peer.reset();
        _sockets.reset();
    }

    void testRequestThatArrivesAsTheTimePassesIsAnswered() {
        answerOne();
        send(wholeRequest);
        CPPUNIT_ASSERT(_connection->expire() == Need::worker);
    }

    void testBeginningOfARequestGetsItsTime() {
        answerOne();
        send("GET /v1");
        CPPUNIT_ASSERT(_connection->expire() == Need::read);
        CPPUNIT_ASSERT(_connection->stage() == Connection::Stage::reading);
        CPPUNIT_ASSERT(_connection->deadline() > Connection::Clock::now() + 1s);
        send(wholeRequest.substr(7));
        CPPUNIT_ASSERT(_connection->advance() == Need::worker);
    }

    void testIdleConnectionEndsInOrder() {
        answerOne();
        CPPUNIT_ASSERT(_connection->expire() == Need::read);
        CPPUNIT_ASSERT(_connection->stage() == Connection::Stage::lingering);
        CPPUNIT_ASSERT(outcomeAtPeer() == Transport::Outcome::ended);
        CPPUNIT_ASSERT(_connection->expire() == Need::end);
    }

    void testRequestBehindTheEndIsNotReset() {
        answerOne();
        (void)_connection->expire();
        send(wholeRequest);
        CPPUNIT_ASSERT(_connection->advance() == Need::read);
        CPPUNIT_ASSERT(_connection->stage() == Connection::Stage::lingering);
        CPPUNIT_ASSERT_MESSAGE("an end without a byte, not a reset",
                               outcomeAtPeer() == Transport::Outcome::ended);
    }

    void testConnectionThatNeverSpokeEndsAtOnce() {
        CPPUNIT_ASSERT(_connection->advance() == Need::read);
        CPPUNIT_ASSERT(_connection->expire() == Need::end);
    }

    void testFirstRequestThatArrivesAsTheTimePassesIsAnswered() {
        send(wholeRequest);
        CPPUNIT_ASSERT(_connection->expire() == Need::worker);
    }

    void testPeerThatIsGoneEndsAtOnce() {
        answerOne();
        _peer->shutdownSend();
        waitUntilReadable();
        CPPUNIT_ASSERT(_connection->expire() == Need::end);
    }

    void testUnreadBytesAreSeen() {
        CPPUNIT_ASSERT(_connection->advance() == Need::read);
        CPPUNIT_ASSERT(!_connection->hasUnreadBytes());
        send("GET /v1");
        CPPUNIT_ASSERT(_connection->hasUnreadBytes());
        CPPUNIT_ASSERT(_connection->advance() == Need::read);
        CPPUNIT_ASSERT_MESSAGE("they are read", !_connection->hasUnreadBytes());
    }

    void testPromisesLessTimeThanItKeeps() {
        CPPUNIT_ASSERT(Patience{}.promisedIdle() == 10s);
        for (const auto idle : {0ms, 200ms, 1000ms, 1300ms, 5000ms, 12'500ms, 60'000ms}) {
            Patience patience;
            patience.idle = idle;
            CPPUNIT_ASSERT(patience.promisedIdle() < idle || idle == 0ms);
            CPPUNIT_ASSERT(patience.promisedIdle() >= 0s);
        }
    }

    void testPromisesTimeOnlyWhereItHolds() {
        const auto said = [](const AnswerForm& form) {
            const auto text = answerText(Response::json(200, "{}"), form);
            return text.find("\r\nKeep-Alive: timeout=10\r\n") != std::string::npos;
        };
        CPPUNIT_ASSERT(said({false, true, 10s}));
        CPPUNIT_ASSERT(!said({false, false, 10s}));
        CPPUNIT_ASSERT(answerText(Response::json(200, "{}"), {false, true, 0s}).find("Keep-Alive:") ==
                       std::string::npos);
    }

private:
    void send(const std::string& text) {
        CPPUNIT_ASSERT(_peer->send(text.data(), text.size()).bytes == text.size());
        waitUntilReadable();
    }

    void waitUntilReadable() {
        CPPUNIT_ASSERT(_sockets->server.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
    }

    // Makes one exchange; the connection is idle afterwards.
    void answerOne() {
        send(wholeRequest);
        CPPUNIT_ASSERT(_connection->advance() == Need::worker);
        const auto text = answerText(Response::json(200, "{}"), {false, true});
        _connection->answer(text, true);
        CPPUNIT_ASSERT(_connection->advance() == Need::read);
        CPPUNIT_ASSERT_EQUAL(text, receiveAll(*_peer, text.size()));
        CPPUNIT_ASSERT(_connection->isIdle());
    }

    // Returns the outcome of the peer's next read, once there is one.
    Transport::Outcome outcomeAtPeer() {
        char octet = 0;
        auto outcome = Transport::Outcome::waitsToRead;
        waitUntil([&] {
            outcome = _peer->receive(&octet, 1).outcome;
            return outcome != Transport::Outcome::waitsToRead;
        });
        return outcome;
    }

    OpenConnections _all;
    Patience _patience;
    std::unique_ptr<SocketPair> _sockets;
    std::unique_ptr<Connection> _connection;
    std::unique_ptr<Transport> _peer;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);
