// SPDX-License-Identifier: Apache-2.0
// The daemon's own TLS listener: connections, refusals, and certificates that change at run time.
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/X509Certificate.h>
#include <Poco/URI.h>

using namespace central_oauth::test;

namespace {

constexpr const char* openssl = "/usr/bin/openssl";

/// One connection to the daemon, which is kept.
class HttpsClient {
public:
    explicit HttpsClient(const std::string& url)
        // Accepts any certificate, so that the test can inspect it.
        : _session(Poco::URI(url).getHost(), Poco::URI(url).getPort(),
                   new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "",
                                          Poco::Net::Context::VERIFY_NONE)) {
        _session.setKeepAlive(true);
    }

    HttpAnswer get(const std::string& path) {
        send(path);
        return receive();
    }

    void send(const std::string& path, const std::string& bearer = {}) {
        Poco::Net::HTTPRequest request("GET", path, "HTTP/1.1");
        if (!bearer.empty())
            request.set("Authorization", "Bearer " + bearer);
        _session.sendRequest(request).flush();
    }

    HttpAnswer receive() {
        Poco::Net::HTTPResponse response;
        auto& body = _session.receiveResponse(response);
        HttpAnswer answer;
        answer.status = response.getStatus();
        answer.headers.assign(response.begin(), response.end());
        answer.body.assign(std::istreambuf_iterator<char>(body), {});
        return answer;
    }

    /// Returns true if the answer comes within a moment.
    [[nodiscard]] bool hasAnswer() {
        return _session.socket().poll(Poco::Timespan(50'000), Poco::Net::Socket::SELECT_READ);
    }

    /// Returns the certificate's name, such as "first".
    std::string certificate() { return _session.serverCertificate().commonName(); }

    /// Identifies the connection.
    int localPort() { return _session.socket().address().port(); }

private:
    Poco::Net::HTTPSClientSession _session;
};

} // namespace

class TlsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(TlsTest);
    CPPUNIT_TEST(testSpeaksHttpsOnly);
    CPPUNIT_TEST(testNeedsNoProxy);
    CPPUNIT_TEST(testOldVersionsAreRefused);
    CPPUNIT_TEST(testPairsThatCannotBeUsedAreRefused);
    CPPUNIT_TEST(testAnExpiredCertificateIsWarnedOf);
    CPPUNIT_TEST(testHangupReadsTheCertificateAgain);
    CPPUNIT_TEST(testHeldPollsOutliveAHangup);
    CPPUNIT_TEST(testHangupKeepsWhatWorks);
    CPPUNIT_TEST(testHangupWithoutTls);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        (void)_service->stop();
        makePair("first", 30);
        install("first");
        _service->environment["CENTRAL_OAUTH_TLS_CERT"] = file("cert.pem");
        _service->environment["CENTRAL_OAUTH_TLS_KEY"] = file("key.pem");
    }

    void testSpeaksHttpsOnly() {
        _service->start();
        CPPUNIT_ASSERT_EQUAL(std::string("https://"), _service->url().substr(0, 8));
        waitForLog("\"public_url\":\"" + _service->url() + '"');
        HttpsClient client(_service->url());
        const auto answer = client.get("/v1/healthz");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), client.certificate());
        CPPUNIT_ASSERT_MESSAGE("HSTS", !answer.header("Strict-Transport-Security").empty());
        CPPUNIT_ASSERT_EQUAL(200, client.get("/v1/readyz").status);

        const auto plain = "http" + _service->url().substr(std::string("https").size()) + "/v1/healthz";
        CPPUNIT_ASSERT_THROW((void)exchange({"GET", plain}), Poco::Exception);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it goes on", 200,
                                     HttpsClient(_service->url()).get("/v1/healthz").status);
    }

    void testNeedsNoProxy() {
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = "https://link.example.org";
        const auto checked = _service->run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(checked.errors, 0, checked.exitCode);
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = "http://localhost:8080";
        assertRefused("CENTRAL_OAUTH_PUBLIC_URL is not https");
    }

    void testOldVersionsAreRefused() {
        _service->start();
        for (const std::string version : {"-tls1", "-tls1_1"}) {
            const auto client = connect({version, "-cipher", "ALL:@SECLEVEL=0"});
            CPPUNIT_ASSERT(client.exitCode != 0);
            // The client offered the version; the server refused it.
            CPPUNIT_ASSERT_MESSAGE(client.errors,
                                   client.errors.find("alert protocol version") != std::string::npos);
        }
        for (const std::string version : {"-tls1_2", "-tls1_3"}) {
            const auto client = connect({version});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(client.errors, 0, client.exitCode);
        }
    }

    void testPairsThatCannotBeUsedAreRefused() {
        makePair("second", 30);
        std::filesystem::copy_file(file("second-key.pem"), file("key.pem"),
                                   std::filesystem::copy_options::overwrite_existing);
        _service->environment["CENTRAL_OAUTH_LINK_TTL"] = "7000";
        assertRefused("does not belong to the certificate");
        assertRefused("CENTRAL_OAUTH_LINK_TTL"); // all in one list
        _service->environment.erase("CENTRAL_OAUTH_LINK_TTL");

        const auto locked = runToEnd(openssl,
                                     {"pkey", "-in", file("first-key.pem"), "-aes128", "-passout",
                                      "pass:correct-horse", "-out", file("key.pem")},
                                     {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(locked.errors, 0, locked.exitCode);
        assertRefused("is protected by a passphrase");

        install("first");
        std::filesystem::permissions(file("key.pem"), std::filesystem::perms::others_write,
                                     std::filesystem::perm_options::add);
        assertRefused("CENTRAL_OAUTH_TLS_KEY names a file that can be written by others");
        _service->environment.erase("CENTRAL_OAUTH_TLS_KEY");
        assertRefused("CENTRAL_OAUTH_TLS_KEY is required");
    }

    void testAnExpiredCertificateIsWarnedOf() {
        _service->advanceClock(31 * 24 * 60 * 60);
        _service->start();
        waitForLog("the certificate has expired");
        CPPUNIT_ASSERT_EQUAL(200, HttpsClient(_service->url()).get("/v1/healthz").status);
    }

    void testHangupReadsTheCertificateAgain() {
        makePair("second", 60);
        _service->start();
        HttpsClient before(_service->url());
        CPPUNIT_ASSERT_EQUAL(200, before.get("/v1/healthz").status);
        const int port = before.localPort();

        install("second");
        _service->process().signal(SIGHUP);
        const auto line = waitForLog("certificate read again");
        CPPUNIT_ASSERT_MESSAGE(line, line.find("\"not_after\":\"20") != std::string::npos);

        CPPUNIT_ASSERT_EQUAL(200, before.get("/v1/healthz").status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the same connection", port, before.localPort());
        CPPUNIT_ASSERT_EQUAL(std::string("first"), before.certificate());
        HttpsClient after(_service->url());
        CPPUNIT_ASSERT_EQUAL(200, after.get("/v1/healthz").status);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), after.certificate());
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
    }

    void testHeldPollsOutliveAHangup() {
        makePair("second", 60);
        _service->start();
        const auto link = _service->createLink();
        // Of two held polls one is refused, so the other is certainly held.
        HttpsClient one(_service->url());
        HttpsClient other(_service->url());
        for (auto* client : {&one, &other})
            client->send("/v1/poll/" + link.code + "?wait=30", link.secret);
        while (!one.hasAnswer() && !other.hasAnswer()) {
        }
        auto& refused = one.hasAnswer() ? one : other;
        auto& held = &refused == &one ? other : one;
        CPPUNIT_ASSERT_EQUAL(429, refused.receive().status);

        install("second");
        _service->process().signal(SIGHUP);
        waitForLog("certificate read again");
        CPPUNIT_ASSERT_EQUAL(200, _service->remove("/v1/link-code/" + link.code, link.secret).status);
        const auto answer = held.receive();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 403, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), answer.text("reason"));
        CPPUNIT_ASSERT_EQUAL(std::string("first"), held.certificate());
    }

    void testHangupKeepsWhatWorks() {
        _service->start();
        std::ofstream(file("cert.pem"), std::ios::trunc) << "-----BEGIN CERTIFICATE-----\nbroken\n";
        _service->process().signal(SIGHUP);
        const auto line = waitForLog("cannot read the TLS files");
        CPPUNIT_ASSERT_MESSAGE(line, line.find("\"level\":\"error\"") != std::string::npos ||
                                         line.find("\"level\":\"ERROR\"") != std::string::npos);
        HttpsClient still(_service->url());
        CPPUNIT_ASSERT_EQUAL(200, still.get("/v1/healthz").status);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), still.certificate());

        makePair("second", 60);
        install("second");
        _service->process().signal(SIGHUP);
        waitForLog("certificate read again");
        HttpsClient fixed(_service->url());
        CPPUNIT_ASSERT_EQUAL(200, fixed.get("/v1/healthz").status);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), fixed.certificate());
    }

    void testHangupWithoutTls() {
        _service->environment.erase("CENTRAL_OAUTH_TLS_CERT");
        _service->environment.erase("CENTRAL_OAUTH_TLS_KEY");
        _service->start();
        _service->process().signal(SIGHUP);
        waitForLog("nothing to read again");
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/healthz", "").status);
    }

private:
    [[nodiscard]] std::string file(const std::string& name) const {
        return (_service->folder() / name).string();
    }

    // Makes NAME-cert.pem and NAME-key.pem.
    void makePair(const std::string& name, int days) const {
        const auto made = runToEnd(openssl,
                                   {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                    "-nodes", "-batch", "-days", std::to_string(days), "-subj", "/CN=" + name,
                                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                    file(name + "-key.pem"), "-out", file(name + "-cert.pem")},
                                   {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.errors, 0, made.exitCode);
    }

    // Copies the pair to the daemon's files.
    void install(const std::string& name) const {
        for (const std::string kind : {"cert.pem", "key.pem"}) {
            std::filesystem::copy_file(file(name + '-' + kind), file(kind),
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::permissions(file(kind), std::filesystem::perms::owner_read |
                                                         std::filesystem::perms::owner_write);
        }
    }

    void assertRefused(const std::string& reason) const {
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 78, finished.exitCode);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(reason) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("no path: " + finished.errors,
                               finished.errors.find(_service->folder().string()) == std::string::npos);
    }

    [[nodiscard]] Finished connect(std::vector<std::string> options) const {
        const auto address = _service->url().substr(std::string("https://").size());
        options.insert(options.begin(), {"s_client", "-connect", address});
        return runToEnd(openssl, options, {});
    }

    // Blocks until a log line holds the text, and returns the line.
    std::string waitForLog(const std::string& text) const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        for (;;) {
            const auto log = _service->log();
            const auto at = log.find(text);
            if (at != std::string::npos) {
                const auto start = log.rfind('\n', at) + 1; // npos + 1 is the beginning
                return log.substr(start, log.find('\n', at) - start);
            }
            CPPUNIT_ASSERT_MESSAGE(text + " is not in the log:\n" + log,
                                   std::chrono::steady_clock::now() < end);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsTest);
