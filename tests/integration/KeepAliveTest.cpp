// SPDX-License-Identifier: Apache-2.0
// A client that keeps its connection between two polls.
#include "../support/DaemonFixture.h"
#include "../support/KeptConnection.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>

using namespace central_oauth::test;

class KeepAliveTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(KeepAliveTest);
    CPPUNIT_TEST(testPollerAtItsIntervalKeepsItsConnection);
    CPPUNIT_TEST(testAnswersThatCloseSayNoTime);
    CPPUNIT_TEST_SUITE_END();

public:
    // The one test that waits in real time: the limit uses the steady clock of another process.
    void testPollerAtItsIntervalKeepsItsConnection() {
        const auto link = _service->createLink();
        RawConnection connection(RawPlace::plain(portOf(_service->url())));
        const auto first = exchangeOn(connection, "/v1/poll/" + link.code, link.secret);
        CPPUNIT_ASSERT_EQUAL(202, first.status);
        const auto interval = first.json()->getValue<int>("interval");
        const auto promise = first.header("Keep-Alive");
        CPPUNIT_ASSERT_MESSAGE(promise, promise.starts_with("timeout="));
        CPPUNIT_ASSERT_MESSAGE(promise, std::stoi(promise.substr(8)) >= interval + 2);
        connection.receiveUntil([&] { return connection.end() != RawConnection::End::open; },
                                RawConnection::Clock::now() + std::chrono::seconds(interval) +
                                    std::chrono::milliseconds(200));
        CPPUNIT_ASSERT_MESSAGE("the connection ends at the moment of the next poll",
                               connection.end() == RawConnection::End::open);
        CPPUNIT_ASSERT_EQUAL(202, exchangeOn(connection, "/v1/poll/" + link.code, link.secret).status);
    }

    void testAnswersThatCloseSayNoTime() {
        RawConnection connection(RawPlace::plain(portOf(_service->url())));
        const auto answer = exchangeOn(connection, "/v1/healthz", {}, "Connection: close\r\n");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.header("Keep-Alive").empty());
    }

private:
    static HttpAnswer exchangeOn(RawConnection& connection, const std::string& path,
                                 const std::string& bearer, const std::string& more = {}) {
        (void)connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" +
                              (bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n") + more +
                              "\r\n");
        std::optional<HttpAnswer> answer;
        connection.receiveUntil(
            [&] {
                answer = takeAnswer(connection.received());
                return answer.has_value();
            },
            RawConnection::Clock::now() + std::chrono::seconds(30));
        CPPUNIT_ASSERT(answer);
        return *answer;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeepAliveTest);
