// SPDX-License-Identifier: Apache-2.0
// Certificates made for a test run, a pair of connected sockets, and a non-blocking TLS client, so that one
// thread can play both sides.
#pragma once

#include "Transport.h"
#include "central_oauth/http/TlsContext.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <filesystem>
#include <memory>
#include <string>

#include <Poco/Net/StreamSocket.h>
#include <Poco/TemporaryFile.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace central_oauth::http::test {

using Key = std::shared_ptr<EVP_PKEY>;
using X509Pointer = std::shared_ptr<X509>;

[[nodiscard]] Key makeEcKey();
[[nodiscard]] Key makeRsaKey(unsigned bits);

/// Makes a certificate, self-signed unless there is an issuer's key. It expires in `days`, which may be
/// negative.
[[nodiscard]] X509Pointer makeCertificate(const Key& key, long days = 30, const Key& issuer = {});

/// PEM files in a folder that the destructor removes.
class PemFolder {
public:
    PemFolder();
    /// Writes "cert.pem" and "key.pem".
    PemFolder(const Key& key, const X509Pointer& certificate);

    void writeCertificates(const std::string& name, std::initializer_list<X509Pointer> chain) const;
    /// Writes a key. A passphrase encrypts it, in PKCS #8 or in the traditional format.
    void writeKey(const std::string& name, const Key& key, const std::string& passphrase = {},
                  bool traditional = false) const;
    void writeText(const std::string& name, const std::string& text) const;

    [[nodiscard]] std::filesystem::path path(const std::string& name) const;
    [[nodiscard]] TlsFiles files() const { return {path("cert.pem"), path("key.pem")}; }

private:
    Poco::TemporaryFile _folder;
};

/// Two ends of one loopback connection, both non-blocking.
struct SocketPair {
    SocketPair();
    Poco::Net::StreamSocket server;
    Poco::Net::StreamSocket client;
};

/// Repeats until `done` returns true; fails after a time that only a hang takes.
template <class Done>
void waitUntil(Done done, const char* what = "it takes too long") {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done())
        CPPUNIT_ASSERT_MESSAGE(what, std::chrono::steady_clock::now() < end);
}

struct TlsClientOptions {
    int oldest = TLS1_2_VERSION;
    int newest = 0;                         ///< 0: the newest that OpenSSL has
    std::string suites{};                   ///< suites of TLS 1.2 and older; empty: OpenSSL's default
    std::string groups{};                   ///< groups of the key exchange; empty: OpenSSL's default
    std::string alpn{};                     ///< as on the wire: a length before each name; empty: none
    std::shared_ptr<SSL_SESSION> session{}; ///< the session to resume
};

/// A client that accepts every certificate, version and suite, so that every refusal is the server's.
class TlsClient {
public:
    TlsClient(const Poco::Net::StreamSocket& socket, const TlsClientOptions& options = {});

    /// Continues the handshake without blocking. Returns true once it is over.
    bool step();
    /// Returns the name of the server's alert, or of the error that ended the handshake; empty if none did.
    [[nodiscard]] const std::string& failure() const { return _failure; }

    void send(const std::string& text);
    /// Returns what has arrived.
    std::string receive();
    /// Returns true if the server has announced its end.
    [[nodiscard]] bool sawEnd() const {
        return (SSL_get_shutdown(_session.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

    /// Moves bytes between OpenSSL and the socket: `flush` those to send, `fill` those that arrived.
    void flush();
    void fill();

    [[nodiscard]] SSL* session() const { return _session.get(); }

private:
    Poco::Net::StreamSocket _socket;
    std::shared_ptr<SSL_CTX> _context;
    std::shared_ptr<SSL> _session;
    std::string _failure;
};

/// Runs both sides until the client's handshake is over or the server has closed. Returns the outcome of the
/// server's last receive.
Transport::Outcome shakeHands(Transport& server, TlsClient& client);

/// Returns what the server receives before it has to wait, but at least `least` bytes. `outcome` reports why
/// it stopped.
std::string receiveAll(Transport& server, std::size_t least, Transport::Outcome* outcome = nullptr);

} // namespace central_oauth::http::test
