// SPDX-License-Identifier: Apache-2.0
// The table of raw requests against the running daemon: on both listeners, in every cut.
#include "../support/Certificates.h"
#include "../support/DaemonFixture.h"
#include "../support/RawConnection.h"
#include "RawRequestTable.h"
#include "RawRequestTableRun.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <set>

using namespace central_oauth::test;
using namespace std::chrono_literals;

namespace {

const std::string probe = rawGet("/v1/healthz");
constexpr auto patience = 20s;

} // namespace

class RawRequestTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(RawRequestTest);
    CPPUNIT_TEST(testTableHasEveryStatus);
    CPPUNIT_TEST(testPlainWhole);
    CPPUNIT_TEST(testPlainInTwoPieces);
    CPPUNIT_TEST(testPlainByteByByte);
    CPPUNIT_TEST(testTlsWhole);
    CPPUNIT_TEST(testTlsInTwoPieces);
    CPPUNIT_TEST(testTlsByteByByte);
    CPPUNIT_TEST(testAsksForTheBody);
    CPPUNIT_TEST(testAnswersAHalfClosedConnection);
    CPPUNIT_TEST(testHalfARequestIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = "https://example.com";
        _service->environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        _service->environment["CENTRAL_OAUTH_TEST_ECHO"] = "1";
        _service->environment["CENTRAL_OAUTH_LOG_LEVEL"] = "INFO";
    }

    void testTableHasEveryStatus() {
        const auto table = rawRequestTable();
        CPPUNIT_ASSERT(table.size() >= 140);
        std::set<std::string> names;
        std::set<int> statuses;
        for (const auto& row : table) {
            CPPUNIT_ASSERT_MESSAGE(rawPrintable(row.name), names.insert(row.name).second);
            CPPUNIT_ASSERT_MESSAGE(rawPrintable(row.name), !row.bytes.empty() && !row.answers.empty());
            statuses.insert(row.answers.back().status);
        }
        CPPUNIT_ASSERT(statuses == std::set<int>({200, 400, 404, 405, 413, 414, 417, 421, 431, 501}));
    }

    void testPlainWhole() { runTable(startPlain(), rawWhole); }
    void testPlainInTwoPieces() { runTable(startPlain(), rawInTwo); }
    void testPlainByteByByte() { runTable(startPlain(), rawByteByByte); }
    void testTlsWhole() { runTable(startTls(), rawWhole); }
    void testTlsInTwoPieces() { runTable(startTls(), rawInTwo); }
    void testTlsByteByByte() { runTable(startTls(), rawByteByByte); }

    void testAsksForTheBody() {
        asksForTheBody(startPlain());
        (void)_service->stop();
        asksForTheBody(startTls());
    }

    // RFC 9112 section 9.6: a half-closed connection still gets its answer.
    void testAnswersAHalfClosedConnection() {
        answersWhoSendsNoMore(startPlain());
        (void)_service->stop();
        answersWhoSendsNoMore(startTls());
    }

    // RFC 9112 section 8: an incomplete request gets an error or no answer, and never counts as complete.
    void testHalfARequestIsRefused() {
        halfARequestIsRefused(startPlain());
        (void)_service->stop();
        halfARequestIsRefused(startTls());
    }

private:
    [[nodiscard]] std::uint16_t port() const {
        return static_cast<std::uint16_t>(std::stoi(_service->url().substr(_service->url().rfind(':') + 1)));
    }

    RawPlace startPlain() {
        _service->environment.erase("CENTRAL_OAUTH_TLS_CERT");
        _service->environment.erase("CENTRAL_OAUTH_TLS_KEY");
        _service->start();
        return RawPlace::plain(port());
    }

    RawPlace startTls() {
        const auto files = _authority.issue();
        _service->environment["CENTRAL_OAUTH_TLS_CERT"] = files.certificate;
        _service->environment["CENTRAL_OAUTH_TLS_KEY"] = files.key;
        _service->start();
        return RawPlace::tls(port(), _authority.bundle());
    }

    static void runTable(const RawPlace& place, RawCut cut) {
        const auto table = rawRequestTable();
        const auto run = runRawRequests(table, place, cut);
        CPPUNIT_ASSERT(run.exchanges >= table.size());
        std::string all = std::to_string(run.faults.size()) + " of " + std::to_string(run.exchanges);
        for (const auto& fault : run.faults)
            all += '\n' + fault;
        CPPUNIT_ASSERT_MESSAGE(all, run.faults.empty());
    }

    static void asksForTheBody(const RawPlace& place) {
        RawConnection connection(place);
        connection.send(rawPost("Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
        const auto next = [&] {
            std::optional<HttpAnswer> answer;
            connection.receiveUntil(
                [&] { return answer || (answer = takeAnswer(connection.received())).has_value(); },
                RawConnection::Clock::now() + patience);
            CPPUNIT_ASSERT(answer.has_value());
            return *answer;
        };
        CPPUNIT_ASSERT_EQUAL(100, next().status);
        connection.send("hello");
        const auto answer = next();
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), answer.body);
        connection.send(probe);
        CPPUNIT_ASSERT_EQUAL(200, next().status);
    }

    static void answersWhoSendsNoMore(const RawPlace& place) {
        RawConnection connection(place);
        connection.send(rawPost("Content-Length: 5\r\n", "hello") + probe);
        connection.finishSending();
        std::vector<HttpAnswer> answers;
        connection.receiveUntil(
            [&] {
                while (auto answer = takeAnswer(connection.received()))
                    answers.push_back(*answer);
                return connection.end() != RawConnection::End::open;
            },
            RawConnection::Clock::now() + patience);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), answers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), answers.front().body);
        CPPUNIT_ASSERT_EQUAL(200, answers.back().status);
        CPPUNIT_ASSERT_MESSAGE("the connection ended in order",
                               connection.end() == RawConnection::End::orderly);
    }

    static void halfARequestIsRefused(const RawPlace& place) {
        const auto length = rawPost("Content-Length: 5\r\n", "hell");
        const auto chunks = rawPost("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n");
        const auto head = probe.substr(0, probe.size() - 1);
        for (const auto& bytes : {head, probe.substr(0, 20), length, chunks}) {
            RawConnection connection(place);
            connection.send(bytes);
            connection.finishSending();
            connection.receiveUntil([] { return false; }, RawConnection::Clock::now() + patience);
            CPPUNIT_ASSERT_MESSAGE(rawPrintable(bytes), connection.end() == RawConnection::End::orderly);
            const auto answer = takeAnswer(connection.received());
            CPPUNIT_ASSERT_MESSAGE(rawPrintable(bytes), answer.has_value() && answer->status == 400);
            CPPUNIT_ASSERT_EQUAL(std::string(), rawRefusalFaults(*answer));
            CPPUNIT_ASSERT_EQUAL(std::string(), connection.received());
        }
    }

    CertificateAuthority _authority;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RawRequestTest);
