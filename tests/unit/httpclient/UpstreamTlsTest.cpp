// SPDX-License-Identifier: Apache-2.0
// Certificates that must be refused, and the valid one.
#include "../../support/Certificates.h"
#include "../../support/SystemVariable.h"
#include "Requests.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <atomic>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Net/Utility.h>
#include <Poco/String.h>
#include <Poco/TemporaryFile.h>

#include <openssl/ssl.h>

using namespace central_oauth;
using namespace std::chrono_literals;
using httpclient::UpstreamHttpClient;
using httpclient::test::get;
using provider::HttpFailure;

namespace {

constexpr int everyVersion = 0;
using Context = Poco::Net::Context;
constexpr int onlyTls10 = Context::PROTO_TLSV1_1 | Context::PROTO_TLSV1_2 | Context::PROTO_TLSV1_3;
constexpr int onlyTls11 = Context::PROTO_TLSV1 | Context::PROTO_TLSV1_2 | Context::PROTO_TLSV1_3;
constexpr int onlyTls12 = Context::PROTO_TLSV1 | Context::PROTO_TLSV1_1 | Context::PROTO_TLSV1_3;

// Accepts whatever a client offers: only the client's rules are under test.
Context::Ptr laxContext(const test::CertificateFiles& files, int disabledProtocols,
                        const std::string& suites) {
    Context::Ptr context = new Context(Context::TLS_SERVER_USE, files.key, files.certificate, "",
                                       Context::VERIFY_NONE, 9, false, suites + ":@SECLEVEL=0");
    context->disableProtocols(disabledProtocols);
    return context;
}

class TlsServer {
public:
    explicit TlsServer(const test::CertificateFiles& files, int disabledProtocols = everyVersion,
                       const std::string& suites = "ALL")
        : _context(laxContext(files, disabledProtocols, suites)),
          _listener(Poco::Net::SocketAddress("127.0.0.1", 0), 8, _context),
          _thread([this] { serve(); }) {}
    ~TlsServer() {
        _stop = true;
        _thread.join();
    }
    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(_listener.address().port()) + "/";
    }
    int requests() const { return _requests; }

private:
    void serve() {
        while (!_stop) {
            if (!_listener.poll(Poco::Timespan(0, 5000), Poco::Net::Socket::SELECT_READ))
                continue;
            try {
                Poco::Net::StreamSocket peer = _listener.acceptConnection();
                char buffer[4096];
                if (peer.receiveBytes(buffer, sizeof buffer) <= 0)
                    continue;
                ++_requests;
                const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";
                peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
                peer.shutdown();
            } catch (const Poco::Exception&) {
                // Most of these tests expect a refused handshake.
            }
        }
    }

    Context::Ptr _context;
    std::atomic<bool> _stop{false};
    std::atomic<int> _requests{0};
    Poco::Net::SecureServerSocket _listener;
    std::thread _thread;
};

// Who can fix the last failure.
provider::LocalFault lastTlsFault = provider::LocalFault::none;

std::string refusalOf(const std::string& url, const std::string& caFile,
                      std::chrono::milliseconds life = 10s) {
    const UpstreamHttpClient client({.allowedOrigins = {url}, .extraCaFile = caFile});
    try {
        CPPUNIT_ASSERT(client.send(get(url, life)).body.reveal() == "secure");
    } catch (const provider::HttpError& error) {
        CPPUNIT_ASSERT(error.failure() == HttpFailure::notSent);
        lastTlsFault = error.localFault();
        return error.what();
    }
    return "accepted";
}

// Requests a renegotiation right after the handshake, and reads until the client closes.
void renegotiate(SSL_CTX* context, Poco::Net::StreamSocket peer) {
    peer.setReceiveTimeout(Poco::Timespan(5, 0));
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context), SSL_free);
    SSL_set_fd(ssl.get(), static_cast<int>(peer.impl()->sockfd()));
    if (SSL_accept(ssl.get()) != 1 || SSL_renegotiate(ssl.get()) != 1 || SSL_do_handshake(ssl.get()) != 1)
        return;
    char buffer[4096];
    while (SSL_read(ssl.get(), buffer, sizeof buffer) > 0) {
    }
}

// Changes bits near the end of a PEM file, which holds the signature.
void breakSignature(const std::string& file) {
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    char& digit = text.at(text.find("-----END") - 12);
    digit = digit == 'A' ? 'B' : 'A';
    std::ofstream(file) << text;
}

// Returns the machine's own name if it resolves to loopback, as Debian's installer sets it up in /etc/hosts.
std::string loopbackName() {
    try {
        const std::string name = Poco::toLower(Poco::Net::DNS::hostName());
        const auto entry = Poco::Net::DNS::hostByName(name);
        for (const auto& address : entry.addresses()) {
            if (address.isLoopback())
                return name;
        }
    } catch (const Poco::Exception&) {
        // A machine may have no such name.
    }
    return "localhost";
}

} // namespace

class UpstreamTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamTlsTest);
    CPPUNIT_TEST(testAcceptsCertificateOfTheBundle);
    CPPUNIT_TEST(testAcceptsCertificateOfTheSystemsAuthorities);
    CPPUNIT_TEST(testAuthoritiesThatCantBeReadAreTriedAgain);
    CPPUNIT_TEST(testAcceptsTls12WithAuthenticatedSuite);
    CPPUNIT_TEST(testRefusesSelfSignedCertificate);
    CPPUNIT_TEST(testRefusesUnknownIssuer);
    CPPUNIT_TEST(testRefusesCertificateOfAnotherHostEvenOnLoopback);
    CPPUNIT_TEST(testRefusesNameThatResolvesToLoopback);
    CPPUNIT_TEST(testRefusesAddressWrittenAsName);
    CPPUNIT_TEST(testRefusesCommonNameForHost);
    CPPUNIT_TEST(testRefusesExpiredCertificate);
    CPPUNIT_TEST(testRefusesCertificateOfTheFuture);
    CPPUNIT_TEST(testRefusesWeakKey);
    CPPUNIT_TEST(testRefusesTlsBelow12);
    CPPUNIT_TEST(testRefusesSuitesWithoutForwardSecrecyOrAuthentication);
    CPPUNIT_TEST(testDoesNotRenegotiate);
    CPPUNIT_TEST(testRefusesServerThatSpeaksNoTls);
    CPPUNIT_TEST(testNamesTheSettingOfTheProgram);
    CPPUNIT_TEST(testRefusalLeavesNothingInTheErrorQueue);
    CPPUNIT_TEST(testRefusalIsForgottenByTheNextCall);
    CPPUNIT_TEST(testHandshakeEndsAtTheDeadline);
    CPPUNIT_TEST(testRefusesUnreadableBundle);
    CPPUNIT_TEST_SUITE_END();

    httpclient::TlsInitialisation _tls;
    test::CertificateAuthority _authority;

    // Asserts a refusal with this text, and that the server has seen no request.
    static void expectRefusal(const TlsServer& server, const std::string& host, const std::string& bundle,
                              const std::string& words) {
        CPPUNIT_ASSERT_EQUAL(host + ": TLS: " + words,
                             refusalOf(server.url(host), bundle).substr(0, host.size() + 7 + words.size()));
        CPPUNIT_ASSERT_EQUAL(0, server.requests());
    }

    void testAcceptsCertificateOfTheBundle() {
        const TlsServer server(_authority.issue());
        for (const char* host : {"localhost", "127.0.0.1"})
            CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOf(server.url(host), _authority.bundle()));
        CPPUNIT_ASSERT_EQUAL(2, server.requests());
    }

    // A file that is being replaced, or no descriptor at the first handshake.
    void testAuthoritiesThatCantBeReadAreTriedAgain() {
        const TlsServer server(_authority.issue());
        const Poco::TemporaryFile file;
        std::ofstream(file.path()) << "half of a certificate";
        const test::SystemVariable variable("SSL_CERT_FILE", file.path());
        const auto url = server.url("localhost");
        const UpstreamHttpClient client({.allowedOrigins = {url}});
        std::string refusal;
        try {
            (void)client.send(get(url));
        } catch (const provider::HttpError& error) {
            refusal = error.what();
        }
        std::filesystem::copy_file(_authority.bundle(), file.path(),
                                   std::filesystem::copy_options::overwrite_existing);
        const auto answer = client.send(get(url));
        CPPUNIT_ASSERT_MESSAGE(refusal, refusal.find("CA certificates can't be read") != std::string::npos);
        CPPUNIT_ASSERT(answer.body.reveal() == "secure");
    }

    // They are read before the first handshake, with or without a bundle.
    void testAcceptsCertificateOfTheSystemsAuthorities() {
        const TlsServer server(_authority.issue());
        test::CertificateAuthority other;
        const test::SystemVariable variable("SSL_CERT_FILE", _authority.bundle());
        const auto without = refusalOf(server.url("localhost"), "");
        const auto with = refusalOf(server.url("localhost"), other.bundle());
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), without);
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), with);
    }

    void testAcceptsTls12WithAuthenticatedSuite() {
        const TlsServer server(_authority.issue(), onlyTls12, "ECDHE-ECDSA-AES128-GCM-SHA256");
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"),
                             refusalOf(server.url("localhost"), _authority.bundle()));
    }

    void testRefusesSelfSignedCertificate() {
        const TlsServer server(_authority.selfSigned());
        for (const std::string& bundle : {std::string(), _authority.bundle()})
            expectRefusal(server, "localhost", bundle, "the certificate is self-signed");
    }

    void testRefusesUnknownIssuer() {
        const TlsServer server(_authority.issue());
        expectRefusal(server, "localhost", "",
                      "the certificate's issuer is unknown here; if this is the right server, or a proxy of "
                      "your network in front of it, name the file with its CA's certificate in "
                      "CENTRAL_OAUTH_UPSTREAM_CA");
        test::CertificateAuthority other;
        expectRefusal(server, "localhost", other.bundle(), "the certificate's issuer is unknown here");
        CPPUNIT_ASSERT(lastTlsFault == provider::LocalFault::trust);
    }

    void testRefusesCertificateOfAnotherHostEvenOnLoopback() {
        const TlsServer server(_authority.issueForAnotherHost());
        for (const std::string host : {"localhost", "127.0.0.1"})
            expectRefusal(server, host, _authority.bundle(),
                          "the certificate is for another name; correct the address, or have the certificate "
                          "issued with this name as subjectAltName");
    }

    void testRefusesNameThatResolvesToLoopback() {
        const std::string host = loopbackName();
        const TlsServer server(_authority.issue({.names = "DNS:other.example,IP:127.0.0.1"}));
        expectRefusal(server, host, _authority.bundle(), "the certificate is for another name");
        CPPUNIT_ASSERT(lastTlsFault == provider::LocalFault::trust);
        const std::string both = refusalOf(server.url(host), _authority.bundle());
        CPPUNIT_ASSERT_MESSAGE(both, both.starts_with(host + ": ") &&
                                         both.find("it is for other.example") != std::string::npos);
        const TlsServer right(_authority.issue({.names = "DNS:" + host}));
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOf(right.url(host), _authority.bundle()));
    }

    void testRefusesAddressWrittenAsName() {
        const TlsServer server(_authority.issue({.names = "DNS:127.0.0.1,DNS:*"}));
        expectRefusal(server, "127.0.0.1", _authority.bundle(), "the certificate is for another name");
        expectRefusal(server, "localhost", _authority.bundle(), "the certificate is for another name");
    }

    void testRefusesCommonNameForHost() {
        for (const std::string host : {"localhost", "127.0.0.1"}) {
            const TlsServer server(_authority.issue({.names = "", .commonName = host}));
            expectRefusal(server, host, _authority.bundle(), "the certificate is for another name");
        }
    }

    void testRefusesExpiredCertificate() {
        const TlsServer server(_authority.issueExpired());
        expectRefusal(server, "localhost", _authority.bundle(),
                      "the certificate has expired; have the server's operator renew it, or set this "
                      "machine's clock if it is wrong");
        CPPUNIT_ASSERT(lastTlsFault == provider::LocalFault::clock);
    }

    void testRefusesCertificateOfTheFuture() {
        const TlsServer server(_authority.issue({.from = "20990101000000Z"}));
        expectRefusal(server, "localhost", _authority.bundle(), "the certificate is not valid yet");
        CPPUNIT_ASSERT(lastTlsFault == provider::LocalFault::clock);
    }

    void testRefusesWeakKey() {
        test::CertificateAuthority weak("rsa:1024");
        const TlsServer server(weak.issue());
        expectRefusal(server, "localhost", weak.bundle(),
                      "the key or signature of a certificate is too weak");
    }

    void testRefusesTlsBelow12() {
        const auto files = _authority.issue();
        for (const int disabled : {onlyTls10, onlyTls11}) {
            const TlsServer server(files, disabled);
            expectRefusal(server, "localhost", _authority.bundle(),
                          "the server's protocol is too old; it must speak TLS 1.2 or newer");
        }
    }

    void testRefusesSuitesWithoutForwardSecrecyOrAuthentication() {
        const auto files = _authority.issue({.key = "rsa:2048"});
        for (const char* suite : {"AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA384", "AECDH-AES128-SHA"}) {
            const TlsServer server(files, onlyTls12, suite);
            expectRefusal(server, "localhost", _authority.bundle(), "no common cipher suite");
        }
    }

    void testDoesNotRenegotiate() {
        const Context::Ptr context = laxContext(_authority.issue(), onlyTls12, "ALL");
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        std::thread server([&] { renegotiate(context->sslContext(), listener.acceptConnection()); });
        const std::string url = "https://localhost:" + std::to_string(listener.address().port()) + "/";
        const UpstreamHttpClient client({.allowedOrigins = {url}, .extraCaFile = _authority.bundle()});
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.send(get(url, 2s))), provider::HttpError);
        server.join();
        CPPUNIT_ASSERT_EQUAL(1L, SSL_CTX_sess_accept_good(context->sslContext()));
    }

    void testRefusesServerThatSpeaksNoTls() {
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        std::thread server([&] {
            Poco::Net::StreamSocket peer = listener.acceptConnection();
            const std::string answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
            peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
            peer.shutdownSend();
        });
        const std::string what =
            refusalOf("https://localhost:" + std::to_string(listener.address().port()) + "/", "");
        server.join();
        CPPUNIT_ASSERT_EQUAL(std::string("localhost: TLS: there is no TLS at this port; correct scheme and "
                                         "port of the address"),
                             what);
    }

    void testNamesTheSettingOfTheProgram() {
        const TlsServer server(_authority.issue());
        const UpstreamHttpClient client(
            {.allowedOrigins = {server.url("localhost")}, .extraCaSetting = "--ca"});
        try {
            static_cast<void>(client.send(get(server.url("localhost"))));
            CPPUNIT_FAIL("accepted");
        } catch (const provider::HttpError& error) {
            CPPUNIT_ASSERT(std::string(error.what()).ends_with("its CA's certificate in --ca"));
        }
    }

    void testRefusalLeavesNothingInTheErrorQueue() {
        // OpenSSL queues several errors for a bad RSA signature, and Poco takes only one.
        test::CertificateAuthority authority("rsa:2048");
        const auto files = authority.issue();
        breakSignature(files.certificate);
        const TlsServer server(files);
        Poco::Net::Utility::clearErrorStack();
        const std::string none = Poco::Net::Utility::getLastError();
        expectRefusal(server, "localhost", authority.bundle(),
                      "the certificate is not acceptable (certificate signature failure)");
        CPPUNIT_ASSERT_EQUAL(none, Poco::Net::Utility::getLastError());
        const std::string missing = "/nonexistent/ca.pem";
        CPPUNIT_ASSERT_THROW(UpstreamHttpClient({.extraCaFile = missing}), base::Error);
        CPPUNIT_ASSERT_EQUAL(none, Poco::Net::Utility::getLastError());
    }

    void testRefusalIsForgottenByTheNextCall() {
        const auto files = _authority.issue();
        const TlsServer old(files, onlyTls11);
        const TlsServer server(files);
        CPPUNIT_ASSERT(refusalOf(server.url("localhost"), "").find("issuer") != std::string::npos);
        expectRefusal(old, "localhost", _authority.bundle(), "the server's protocol is too old");
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"),
                             refusalOf(server.url("localhost"), _authority.bundle()));
    }

    void testHandshakeEndsAtTheDeadline() {
        // The kernel completes the connection, but no process answers the handshake.
        const Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        const auto start = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_EQUAL(
            std::string("localhost: Timeout"),
            refusalOf("https://localhost:" + std::to_string(listener.address().port()) + "/", "", 150ms));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start < 2s);
    }

    void testRefusesUnreadableBundle() {
        try {
            const UpstreamHttpClient client(
                {.allowedOrigins = {"https://auth.example"}, .extraCaFile = "/nonexistent/ca.pem"});
            CPPUNIT_FAIL("accepted");
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("the CA bundle /nonexistent/ca.pem cannot be opened: No such file or "
                            "directory; correct the path, or put the file there"),
                std::string(error.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamTlsTest);
