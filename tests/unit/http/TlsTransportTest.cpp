// SPDX-License-Identifier: Apache-2.0
// TLS connections from a client's side: accepted ones, refused ones, and their ends.
#include "TlsFixture.h"

#include <array>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

#include <openssl/err.h>

using namespace central_oauth::http;
using namespace central_oauth::http::test;

class TlsTransportTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsTransportTest);
    CPPUNIT_TEST(testTls12And13Work);
    CPPUNIT_TEST(testOlderVersionsAreRefused);
    CPPUNIT_TEST(testSuitesOfTls12);
    CPPUNIT_TEST(testOtherSuitesAreRefused);
    CPPUNIT_TEST(testOnlyCheapGroupsAreUsed);
    CPPUNIT_TEST(testNothingIsResumed);
    CPPUNIT_TEST(testNoRenegotiation);
    CPPUNIT_TEST(testProtocolsByAlpn);
    CPPUNIT_TEST(testSomethingElseThanTlsIsClosed);
    CPPUNIT_TEST(testAClientThatVanishesIsClosed);
    CPPUNIT_TEST(testTellsAnOrderlyEndFromACut);
    CPPUNIT_TEST(testTellsThePeerOfItsEnd);
    CPPUNIT_TEST(testReceivesARecordInPieces);
    CPPUNIT_TEST(testASlowReaderMakesItWait);
    CPPUNIT_TEST(testRecordsWithoutContentDoNotKeepTheThread);
    CPPUNIT_TEST(testAConnectionOutlivesItsContext);
    CPPUNIT_TEST(testOldErrorsOfTheThreadDoNotMatter);
    CPPUNIT_TEST_SUITE_END();

    // A connection with either kind of certificate.
    struct Connection {
        explicit Connection(const TlsContext& context, const TlsClientOptions& options = {})
            : server(context.accept(sockets.server)), client(sockets.client, options) {}

        Transport::Outcome shakeHands() { return central_oauth::http::test::shakeHands(*server, client); }

        // Asserts that both directions work.
        void assertTalks() {
            client.send("ping");
            CPPUNIT_ASSERT_EQUAL(std::string("ping"), receiveAll(*server, 4));
            CPPUNIT_ASSERT(server->send("pong", 4).bytes == 4);
            std::string answer;
            waitUntil([&] { return (answer += client.receive()).size() >= 4; });
            CPPUNIT_ASSERT_EQUAL(std::string("pong"), answer);
        }

        void assertRefused(const std::string& reason) {
            CPPUNIT_ASSERT(shakeHands() == Transport::Outcome::closed);
            CPPUNIT_ASSERT_EQUAL(reason, client.failure());
            char octet = 0;
            CPPUNIT_ASSERT_MESSAGE("it stays closed",
                                   server->receive(&octet, 1).outcome == Transport::Outcome::closed);
            CPPUNIT_ASSERT(server->send("x", 1).outcome == Transport::Outcome::closed);
            server->shutdownSend();
        }

        SocketPair sockets;
        std::unique_ptr<Transport> server;
        TlsClient client;
    };

public:
    void setUp() override {
        const auto ec = makeEcKey();
        const PemFolder folder(ec, makeCertificate(ec));
        _context = std::make_unique<TlsContext>(folder.files());
    }

    void testTls12And13Work() {
        const auto rsa = makeRsaKey(2048);
        const PemFolder folder(rsa, makeCertificate(rsa));
        const TlsContext withRsa(folder.files());
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const TlsContext* context :
                 std::initializer_list<const TlsContext*>{_context.get(), &withRsa}) {
                Connection connection(*context, {.oldest = version, .newest = version});
                CPPUNIT_ASSERT(connection.shakeHands() == Transport::Outcome::waitsToRead);
                CPPUNIT_ASSERT_EQUAL(version, SSL_version(connection.client.session()));
                connection.assertTalks();
            }
        }
    }

    void testOlderVersionsAreRefused() {
        for (const int version : {TLS1_VERSION, TLS1_1_VERSION})
            Connection(*_context, {.oldest = version, .newest = version})
                .assertRefused("tlsv1 alert protocol version");
    }

    void testSuitesOfTls12() {
        for (const std::string suite : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                                        "ECDHE-ECDSA-CHACHA20-POLY1305"}) {
            Connection connection(*_context, {.newest = TLS1_2_VERSION, .suites = suite});
            CPPUNIT_ASSERT_MESSAGE(suite, connection.shakeHands() == Transport::Outcome::waitsToRead);
            CPPUNIT_ASSERT_EQUAL(suite, std::string(SSL_get_cipher_name(connection.client.session())));
            connection.assertTalks();
        }
    }

    void testOtherSuitesAreRefused() {
        const auto rsa = makeRsaKey(2048);
        const PemFolder folder(rsa, makeCertificate(rsa));
        const TlsContext withRsa(folder.files());
        // Without forward secrecy, without authenticated encryption, without a certificate, with shared keys.
        for (const std::string suite :
             {"AES128-GCM-SHA256", "AES256-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384",
              "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-SHA", "AECDH-AES128-SHA:@SECLEVEL=0",
              "ECDHE-RSA-CAMELLIA128-SHA256", "ECDHE-ARIA128-GCM-SHA256"})
            Connection(withRsa, {.newest = TLS1_2_VERSION, .suites = suite})
                .assertRefused("sslv3 alert handshake failure");
        for (const std::string suite : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0"})
            Connection(*_context, {.newest = TLS1_2_VERSION, .suites = suite})
                .assertRefused("sslv3 alert handshake failure");
    }

    void testOnlyCheapGroupsAreUsed() {
        for (const std::string group : {"X25519", "P-256", "P-384"}) {
            Connection connection(*_context, {.groups = group});
            CPPUNIT_ASSERT_MESSAGE(group, connection.shakeHands() == Transport::Outcome::waitsToRead);
            connection.assertTalks();
        }
        // One such handshake occupies the one thread for handshakes for 100 milliseconds.
        for (const std::string group : {"ffdhe8192", "ffdhe2048", "P-521", "X448"})
            Connection(*_context, {.oldest = TLS1_3_VERSION, .groups = group})
                .assertRefused("sslv3 alert handshake failure");
    }

    void testNothingIsResumed() {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            Connection first(*_context, {.newest = version});
            CPPUNIT_ASSERT(first.shakeHands() == Transport::Outcome::waitsToRead);
            first.assertTalks(); // a ticket of TLS 1.3 would have arrived by now
            const std::shared_ptr<SSL_SESSION> session(SSL_get1_session(first.client.session()),
                                                       SSL_SESSION_free);
            CPPUNIT_ASSERT_EQUAL(0, SSL_SESSION_has_ticket(session.get()));
            Connection second(*_context, {.newest = version, .session = session});
            CPPUNIT_ASSERT(second.shakeHands() == Transport::Outcome::waitsToRead);
            CPPUNIT_ASSERT_EQUAL(0, SSL_session_reused(second.client.session()));
        }
    }

    void testNoRenegotiation() {
        Connection connection(*_context, {.newest = TLS1_2_VERSION});
        CPPUNIT_ASSERT(connection.shakeHands() == Transport::Outcome::waitsToRead);
        CPPUNIT_ASSERT_EQUAL(1, SSL_renegotiate(connection.client.session()));
        waitUntil([&] {
            (void)connection.client.step();
            char octet = 0;
            (void)connection.server->receive(&octet, 1);
            return !connection.client.failure().empty();
        });
        CPPUNIT_ASSERT_EQUAL(std::string("no renegotiation"), connection.client.failure());
    }

    void testProtocolsByAlpn() {
        for (const std::string offered : {"\x08http/1.1", "\x02h2\x08http/1.1"}) {
            Connection connection(*_context, {.alpn = offered});
            CPPUNIT_ASSERT(connection.shakeHands() == Transport::Outcome::waitsToRead);
            const unsigned char* chosen = nullptr;
            unsigned length = 0;
            SSL_get0_alpn_selected(connection.client.session(), &chosen, &length);
            CPPUNIT_ASSERT_EQUAL(std::string("http/1.1"),
                                 std::string(reinterpret_cast<const char*>(chosen), length));
        }
        Connection(*_context, {.alpn = "\x02h2"}).assertRefused("tlsv1 alert no application protocol");
    }

    void testSomethingElseThanTlsIsClosed() {
        for (const std::string& sent :
             {std::string("GET /v1/healthz HTTP/1.1\r\nHost: a\r\n\r\n"), std::string(5, '\0'),
              std::string("\x16\x03\x01\xFF\xFFrubbish"),
              std::string("\x16\x03\x01\x00\x05\x01\xFF\xFF\xFF\xFF", 10),
              std::string("\x80\x2e\x01\x00\x02", 5) + std::string(100, 'x'), std::string(70'000, '\xFF')}) {
            const SocketPair sockets;
            const auto server = _context->accept(sockets.server);
            const auto raw = makePlainTransport(sockets.client);
            CPPUNIT_ASSERT(raw->send(sent.data(), sent.size()).bytes == sent.size());
            auto outcome = Transport::Outcome::done;
            CPPUNIT_ASSERT_EQUAL(std::string(), receiveAll(*server, 1, &outcome));
            CPPUNIT_ASSERT_MESSAGE(sent.substr(0, 20), outcome == Transport::Outcome::closed);
            CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
        }
    }

    void testAClientThatVanishesIsClosed() {
        for (const std::size_t sent : {0U, 1U, 5U, 60U}) { // that many bytes of its ClientHello
            SocketPair sockets;
            const auto server = _context->accept(sockets.server);
            SocketPair elsewhere;
            TlsClient(elsewhere.client).step();
            const auto hello = receiveAll(*makePlainTransport(elsewhere.server), 100);
            (void)makePlainTransport(sockets.client)->send(hello.data(), sent);
            sockets.client.close();
            auto outcome = Transport::Outcome::done;
            CPPUNIT_ASSERT_EQUAL(std::string(), receiveAll(*server, 1, &outcome));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(sent), outcome == Transport::Outcome::closed);
        }
        // After the server's part of the handshake, and with a reset.
        Connection connection(*_context);
        (void)connection.client.step();
        waitUntil([&] {
            char octet = 0;
            (void)connection.server->receive(&octet, 1);
            return connection.sockets.client.poll({0, 0}, Poco::Net::Socket::SELECT_READ);
        });
        connection.sockets.client.setLinger(true, 0);
        connection.sockets.client.close();
        auto outcome = Transport::Outcome::done;
        CPPUNIT_ASSERT_EQUAL(std::string(), receiveAll(*connection.server, 1, &outcome));
        CPPUNIT_ASSERT(outcome == Transport::Outcome::closed);
        CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
    }

    void testTellsAnOrderlyEndFromACut() {
        for (const bool orderly : {true, false}) {
            Connection connection(*_context);
            (void)connection.shakeHands();
            connection.client.send("last");
            if (orderly)
                SSL_shutdown(connection.client.session());
            connection.client.flush();
            connection.sockets.client.shutdownSend();
            auto outcome = Transport::Outcome::done;
            CPPUNIT_ASSERT_EQUAL(std::string("last"), receiveAll(*connection.server, 5, &outcome));
            CPPUNIT_ASSERT(outcome == (orderly ? Transport::Outcome::ended : Transport::Outcome::closed));
        }
    }

    void testTellsThePeerOfItsEnd() {
        Connection connection(*_context);
        (void)connection.shakeHands();
        CPPUNIT_ASSERT(connection.server->send("bye", 3).bytes == 3);
        connection.server->shutdownSend();
        connection.server->shutdownSend(); // a repetition is harmless
        std::string received;
        waitUntil([&] {
            received += connection.client.receive();
            return connection.client.sawEnd();
        });
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), received);
        connection.client.send("late");
        CPPUNIT_ASSERT_EQUAL(std::string("late"), receiveAll(*connection.server, 4));
        CPPUNIT_ASSERT(connection.server->send("x", 1).outcome == Transport::Outcome::closed);
    }

    void testReceivesARecordInPieces() {
        Connection connection(*_context);
        (void)connection.shakeHands();
        connection.client.send("0123456789");
        std::string received;
        char piece[4];
        waitUntil([&] { return connection.sockets.server.poll({0, 0}, Poco::Net::Socket::SELECT_READ); });
        for (int i = 0; i < 3; ++i) {
            const auto result = connection.server->receive(piece, sizeof piece);
            CPPUNIT_ASSERT(result.outcome == Transport::Outcome::done);
            received.append(piece, result.bytes);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789"), received);
        CPPUNIT_ASSERT(connection.server->receive(piece, sizeof piece).outcome ==
                       Transport::Outcome::waitsToRead);
    }

    void testASlowReaderMakesItWait() {
        Connection connection(*_context);
        (void)connection.shakeHands();
        const std::array<std::string, 2> texts{std::string(100'000, 'x'), std::string(100'000, 'x')};
        std::size_t which = 0;
        std::string sent;
        std::string received;
        bool waited = false;
        waitUntil([&] {
            const auto& elsewhere = texts[++which % 2]; // a repeated send may use another buffer
            const auto result = connection.server->send(elsewhere.data(), elsewhere.size());
            if (result.outcome == Transport::Outcome::waitsToWrite) {
                waited = true;
                received += connection.client.receive();
            } else {
                CPPUNIT_ASSERT(result.outcome == Transport::Outcome::done);
                sent.append(elsewhere, 0, result.bytes);
            }
            return waited && result.outcome == Transport::Outcome::done;
        });
        waitUntil([&] { return (received += connection.client.receive()).size() >= sent.size(); });
        CPPUNIT_ASSERT(sent == received);
    }

    // Key updates carry no data for the reader, but OpenSSL processes all that have arrived.
    void testRecordsWithoutContentDoNotKeepTheThread() {
        Connection connection(*_context, {.oldest = TLS1_3_VERSION});
        (void)connection.shakeHands();
        for (int i = 0; i < 4000; ++i) {
            CPPUNIT_ASSERT_EQUAL(1,
                                 SSL_key_update(connection.client.session(), SSL_KEY_UPDATE_NOT_REQUESTED));
            CPPUNIT_ASSERT_EQUAL(1, SSL_do_handshake(connection.client.session()));
        }
        connection.client.send("ping"); // arrives in one piece with the records before it
        waitUntil([&] { return connection.sockets.server.available() > 80'000; });
        char buffer[16];
        CPPUNIT_ASSERT(connection.server->receive(buffer, sizeof buffer).outcome ==
                       Transport::Outcome::waitsToRead);
        CPPUNIT_ASSERT_MESSAGE("others had their turn before all was taken in",
                               connection.sockets.server.available() > 40'000);
        CPPUNIT_ASSERT_EQUAL(std::string("ping"), receiveAll(*connection.server, 4));
        connection.assertTalks();
    }

    void testAConnectionOutlivesItsContext() {
        Connection connection(*_context);
        _context.reset();
        CPPUNIT_ASSERT(connection.shakeHands() == Transport::Outcome::waitsToRead);
        connection.assertTalks();
    }

    void testOldErrorsOfTheThreadDoNotMatter() {
        Connection connection(*_context);
        (void)connection.shakeHands();
        ERR_raise(ERR_LIB_SSL, SSL_R_BAD_DATA);
        char octet = 0;
        CPPUNIT_ASSERT(connection.server->receive(&octet, 1).outcome == Transport::Outcome::waitsToRead);
        ERR_raise(ERR_LIB_SSL, SSL_R_BAD_DATA);
        CPPUNIT_ASSERT(connection.server->send("x", 1).outcome == Transport::Outcome::done);
    }

private:
    std::unique_ptr<TlsContext> _context;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsTransportTest);
