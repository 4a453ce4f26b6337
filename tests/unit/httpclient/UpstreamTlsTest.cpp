// SPDX-License-Identifier: Apache-2.0
// Certificates that must be refused, and the one that must not.
#include "central_oauth/base/Error.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <atomic>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/File.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Path.h>
#include <Poco/Pipe.h>
#include <Poco/Process.h>
#include <Poco/TemporaryFile.h>

using namespace central_oauth;
using namespace std::chrono_literals;
using httpclient::UpstreamHttpClient;
using provider::HttpFailure;

namespace {

// A self-signed certificate for one name, made for this test run.
class Certificate {
public:
    explicit Certificate(const std::string& subjectAltName) {
        Poco::File(_directory.path()).createDirectories();
        Poco::Pipe errors; // what openssl says of its progress is nobody's business
        const int status = Poco::Process::wait(Poco::Process::launch(
            "openssl",
            {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", "subjectAltName=" + subjectAltName, "-keyout", key(), "-out",
             file(), "-batch"},
            nullptr, nullptr, &errors));
        CPPUNIT_ASSERT_EQUAL(0, status);
    }
    std::string file() const { return _directory.path() + "/cert.pem"; }
    std::string key() const { return _directory.path() + "/key.pem"; }

private:
    Poco::TemporaryFile _directory;
};

class TlsServer {
public:
    explicit TlsServer(const Certificate& certificate, bool onlyTls11 = false)
        : _context(new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, certificate.key(),
                                          certificate.file(), "", Poco::Net::Context::VERIFY_NONE, 9, false,
                                          "ALL:@SECLEVEL=0")),
          _listener(Poco::Net::SocketAddress("127.0.0.1", 0), 8, _context),
          _thread([this] { serve(); }) {
        if (onlyTls11)
            _context->disableProtocols(Poco::Net::Context::PROTO_TLSV1_2 | Poco::Net::Context::PROTO_TLSV1_3);
    }
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
                // A refused handshake is what most of these tests want.
            }
        }
    }

    Poco::Net::Context::Ptr _context;
    std::atomic<bool> _stop{false};
    std::atomic<int> _requests{0};
    Poco::Net::SecureServerSocket _listener;
    std::thread _thread;
};

provider::HttpRequest get(const std::string& url, std::chrono::milliseconds life = 10s) {
    provider::HttpRequest request;
    request.url = url;
    request.deadline = std::chrono::steady_clock::now() + life;
    return request;
}

std::string refusalOf(const std::string& url, const std::string& caFile,
                      std::chrono::milliseconds life = 10s) {
    const UpstreamHttpClient client({.allowedOrigins = {url}, .extraCaFile = caFile});
    try {
        static_cast<void>(client.send(get(url, life)));
    } catch (const provider::HttpError& error) {
        CPPUNIT_ASSERT(error.failure() == HttpFailure::notSent);
        return error.what();
    }
    return "accepted";
}

} // namespace

class UpstreamTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamTlsTest);
    CPPUNIT_TEST(testAcceptsCertificateOfTheBundle);
    CPPUNIT_TEST(testRefusesSelfSignedCertificate);
    CPPUNIT_TEST(testRefusesCertificateOfAnotherHostEvenOnLoopback);
    CPPUNIT_TEST(testRefusesTlsBelow12);
    CPPUNIT_TEST(testRefusesServerThatSpeaksNoTls);
    CPPUNIT_TEST(testHandshakeEndsAtTheDeadline);
    CPPUNIT_TEST(testRefusesUnreadableBundle);
    CPPUNIT_TEST_SUITE_END();

    httpclient::TlsInitialisation _tls;

    void testAcceptsCertificateOfTheBundle() {
        const Certificate certificate("DNS:localhost,IP:127.0.0.1");
        const TlsServer server(certificate);
        for (const char* host : {"localhost", "127.0.0.1"}) {
            const UpstreamHttpClient client(
                {.allowedOrigins = {server.url(host)}, .extraCaFile = certificate.file()});
            CPPUNIT_ASSERT(client.send(get(server.url(host))).body.reveal() == "secure");
        }
        CPPUNIT_ASSERT_EQUAL(2, server.requests());
    }

    void testRefusesSelfSignedCertificate() {
        const Certificate certificate("DNS:localhost");
        const TlsServer server(certificate);
        const std::string what = refusalOf(server.url("localhost"), "");
        CPPUNIT_ASSERT_MESSAGE(what, what.find("certificate verify failed") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, server.requests());
    }

    void testRefusesCertificateOfAnotherHostEvenOnLoopback() {
        const Certificate certificate("DNS:other.example");
        const TlsServer server(certificate);
        for (const char* host : {"localhost", "127.0.0.1"}) {
            const std::string what = refusalOf(server.url(host), certificate.file());
            CPPUNIT_ASSERT_MESSAGE(what, what.find("Unacceptable certificate") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, server.requests());
    }

    void testRefusesTlsBelow12() {
        const Certificate certificate("DNS:localhost");
        const TlsServer server(certificate, true);
        CPPUNIT_ASSERT(refusalOf(server.url("localhost"), certificate.file()).find("TLS: ") !=
                       std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, server.requests());
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
        CPPUNIT_ASSERT_MESSAGE(what, what != "accepted");
    }

    void testHandshakeEndsAtTheDeadline() {
        // The kernel completes the connection; nobody ever answers the handshake.
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
            CPPUNIT_ASSERT_EQUAL(std::string("the CA bundle /nonexistent/ca.pem can't be used; name a "
                                             "readable file of PEM certificates"),
                                 std::string(error.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamTlsTest);
