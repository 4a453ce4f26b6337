// SPDX-License-Identifier: Apache-2.0
// Held polls: real daemon, real HTTP, simulated upstream.
#include "../support/ApiWatch.h"
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

using namespace central_oauth::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// One connection that polls a link and may close before the answer comes.
class Poller {
public:
    Poller(const ServiceUnderTest& service, const TestLink& link)
        : _origin(service.url()), _path("/v1/poll/" + link.code), _secret(link.secret) {
        const Poco::URI uri(service.url());
        _session.setHost(uri.getHost());
        _session.setPort(uri.getPort());
        _session.setKeepAlive(true);
        _session.setTimeout(Poco::Timespan(60, 0));
    }

    void send(int wait) {
        Poco::Net::HTTPRequest request("GET", _path + "?wait=" + std::to_string(wait),
                                       Poco::Net::HTTPMessage::HTTP_1_1);
        request.set("Authorization", "Bearer " + _secret);
        _session.sendRequest(request).flush();
    }

    [[nodiscard]] bool hasAnswer() {
        return _session.socket().poll(Poco::Timespan(0, 0), Poco::Net::Socket::SELECT_READ);
    }

    HttpAnswer receive() {
        Poco::Net::HTTPResponse response;
        HttpAnswer answer;
        Poco::StreamCopier::copyToString(_session.receiveResponse(response), answer.body);
        answer.status = static_cast<int>(response.getStatus());
        for (const auto& [name, value] : response)
            answer.headers.emplace_back(name, value);
        checkApiAnswer({"GET", _origin + _path}, answer);
        return answer;
    }

    [[nodiscard]] std::string localAddress() { return _session.socket().address().toString(); }

    void hangUp() { _session.reset(); }

private:
    std::string _origin;
    std::string _path;
    std::string _secret;
    Poco::Net::HTTPClientSession _session;
};

} // namespace

class HeldPollTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(HeldPollTest);
    CPPUNIT_TEST(testGrantIsDeliveredAtOnce);
    CPPUNIT_TEST(testDeclineIsReportedAtOnce);
    CPPUNIT_TEST(testDeclineUpstreamIsReportedAtOnce);
    CPPUNIT_TEST(testFiveWrongCodesAreReportedAtOnce);
    CPPUNIT_TEST(testCancellationIsReportedAtOnce);
    CPPUNIT_TEST(testWaitExpiresAndPollingContinues);
    CPPUNIT_TEST(testSecondPollIsRefusedWhileOneIsHeld);
    CPPUNIT_TEST(testHangingUpFreesTheLink);
    CPPUNIT_TEST(testStoppingAnswersHeldPolls);
    CPPUNIT_TEST(testHeldPollsTakeNoWorker);
    CPPUNIT_TEST(testHeadDoesNotWait);
    CPPUNIT_TEST(testWaitHasLimits);
    CPPUNIT_TEST_SUITE_END();

    // Far below the 30 seconds of a wait that nothing ends, and far above the needs of a busy machine.
    static constexpr auto soon = 20s;

public:
    void testGrantIsDeliveredAtOnce() {
        const auto link = _service->createLink();
        auto held = pollInBackground(link);
        expectWaiting(held);
        WebBrowser browser;
        const auto moving = _service->approve(browser, link);
        expectWaiting(held);
        CPPUNIT_ASSERT_EQUAL(200, ServiceUnderTest::consent(browser, moving).status);
        const auto answer = soonOf(held);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT(!answer.text("access_token").empty());
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), answer.header("Cache-Control"));
    }

    void testDeclineIsReportedAtOnce() {
        const auto link = _service->createLink();
        auto held = pollInBackground(link);
        expectWaiting(held);
        WebBrowser browser;
        const auto page = browser.open(link.url);
        (void)browser.post(page.url, _service->url(),
                           {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
        expectEnd(soonOf(held), "declined");
    }

    void testDeclineUpstreamIsReportedAtOnce() {
        const auto link = _service->createLink();
        auto held = pollInBackground(link);
        expectWaiting(held);
        WebBrowser browser;
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, link), false);
        expectEnd(soonOf(held), "declined");
    }

    void testFiveWrongCodesAreReportedAtOnce() {
        const auto link = _service->createLink();
        auto held = pollInBackground(link);
        auto wrong = link.code;
        wrong.back() = wrong.back() == '0' ? '1' : '0';
        WebBrowser browser;
        for (int entry = 1; entry <= 5; ++entry) {
            expectWaiting(held);
            const auto page = browser.open(link.url);
            (void)browser.post(page.url, _service->url(),
                               {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", wrong}});
        }
        expectEnd(soonOf(held), "too_many_entries");
    }

    void testCancellationIsReportedAtOnce() {
        const auto link = _service->createLink();
        auto held = pollInBackground(link);
        expectWaiting(held);
        cancel(link);
        expectEnd(soonOf(held), "cancelled");
    }

    // All requests use one connection, which stays usable.
    void testWaitExpiresAndPollingContinues() {
        const auto link = _service->createLink();
        Poller poller(*_service, link);
        poller.send(0);
        CPPUNIT_ASSERT_EQUAL(202, poller.receive().status);
        const auto connection = poller.localAddress();
        poller.send(1);
        const auto hasty = poller.receive();
        expectSlowDown(hasty, "10");
        _service->advanceClock(11);
        // Polls that keep to a raised interval lower it again.
        for (int i = 0; i < 2; ++i) {
            const auto begin = Clock::now();
            poller.send(1);
            const auto answer = poller.receive();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 202, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("authorization_pending"), answer.text("status"));
            CPPUNIT_ASSERT_EQUAL(std::string("5"), answer.header("Retry-After"));
            CPPUNIT_ASSERT_MESSAGE("it did wait", Clock::now() - begin >= 1s);
        }
        poller.send(0);
        CPPUNIT_ASSERT_EQUAL(202, poller.receive().status);
        poller.send(0);
        expectSlowDown(poller.receive(), "10");
        CPPUNIT_ASSERT_EQUAL(connection, poller.localAddress());
    }

    void testSecondPollIsRefusedWhileOneIsHeld() {
        const auto link = _service->createLink();
        auto [held, refused] = holdOneOfTwo(link);
        expectSlowDown(refused, "10");
        cancel(link);
        const auto answer = held->receive();
        expectEnd(answer, "cancelled");
    }

    void testHangingUpFreesTheLink() {
        const auto link = _service->createLink();
        auto held = holdOneOfTwo(link).first;
        held->hangUp();
        // A second wait is refused until the first one ends, and that would take 30 seconds.
        const auto begin = Clock::now();
        HttpAnswer answer;
        for (int attempt = 0; attempt < 8 && answer.status != 202; ++attempt) {
            _service->advanceClock(61);
            answer = _service->get("/v1/poll/" + link.code + "?wait=1", link.secret);
            if (answer.status != 202)
                std::this_thread::sleep_for(500ms);
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 202, answer.status);
        CPPUNIT_ASSERT(Clock::now() - begin < soon);
    }

    void testStoppingAnswersHeldPolls() {
        const auto link = _service->createLink();
        auto held = holdOneOfTwo(link).first;
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto answer = held->receive();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 202, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("authorization_pending"), answer.text("status"));
    }

    void testHeldPollsTakeNoWorker() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->environment["CENTRAL_OAUTH_WORKERS"] = "2";
        _service->start();
        std::vector<TestLink> links;
        std::vector<std::future<HttpAnswer>> all;
        for (int i = 0; i < 8; ++i) {
            links.push_back(_service->createLink(R"({"subject":"user-)" + std::to_string(i) + R"("})"));
            all.push_back(pollInBackground(links.back()));
        }
        for (auto& held : all)
            expectWaiting(held);
        const auto begin = Clock::now();
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/healthz", {}).status);
        CPPUNIT_ASSERT(Clock::now() - begin < soon);
        for (const auto& link : links)
            cancel(link);
        for (auto& held : all)
            expectEnd(soonOf(held), "cancelled");
    }

    void testHeadDoesNotWait() {
        const auto link = _service->createLink();
        const auto begin = Clock::now();
        const auto url = _service->url() + "/v1/poll/" + link.code + "?wait=30";
        CPPUNIT_ASSERT_EQUAL(202, callApi("HEAD", url, link.secret).status);
        CPPUNIT_ASSERT(Clock::now() - begin < soon);
    }

    void testWaitHasLimits() {
        const auto link = _service->createLink();
        for (const std::string wait : {"31", "-1", "01", "1.5", "", "soon"}) {
            const auto refused = _service->get("/v1/poll/" + link.code + "?wait=" + wait, link.secret);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wait, 400, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), refused.text("error"));
            CPPUNIT_ASSERT(refused.text("hint").find("wait") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("none of them counted as a poll", 202, _service->poll(link).status);
    }

private:
    std::future<HttpAnswer> pollInBackground(const TestLink& link) const {
        return std::async(std::launch::async, [url = _service->url(), link] {
            return callApi("GET", url + "/v1/poll/" + link.code + "?wait=30", link.secret);
        });
    }

    // Sends two polls at the same time: one is held, whichever comes first, and the other is refused.
    std::pair<std::unique_ptr<Poller>, HttpAnswer> holdOneOfTwo(const TestLink& link) const {
        auto one = std::make_unique<Poller>(*_service, link);
        auto other = std::make_unique<Poller>(*_service, link);
        one->send(30);
        other->send(30);
        const auto until = Clock::now() + soon;
        while (!one->hasAnswer() && !other->hasAnswer() && Clock::now() < until)
            std::this_thread::sleep_for(10ms);
        if (one->hasAnswer())
            std::swap(one, other);
        CPPUNIT_ASSERT_MESSAGE("one of them must be refused at once", other->hasAnswer());
        CPPUNIT_ASSERT_MESSAGE("the other one must wait", !one->hasAnswer());
        return {std::move(one), other->receive()};
    }

    // Asserts that no answer comes for a while. Proves little about the request's arrival, but never fails by
    // chance.
    static void expectWaiting(std::future<HttpAnswer>& held) {
        CPPUNIT_ASSERT(held.wait_for(200ms) == std::future_status::timeout);
    }

    static HttpAnswer soonOf(std::future<HttpAnswer>& held) {
        CPPUNIT_ASSERT_MESSAGE("it is still held", held.wait_for(soon) == std::future_status::ready);
        return held.get();
    }

    static void expectEnd(const HttpAnswer& answer, const std::string& reason) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 403, answer.status);
        CPPUNIT_ASSERT_EQUAL(reason, answer.text("reason"));
    }

    static void expectSlowDown(const HttpAnswer& answer, const std::string& interval) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 429, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("slow_down"), answer.text("error"));
        CPPUNIT_ASSERT_EQUAL(interval, answer.header("Retry-After"));
    }

    void cancel(const TestLink& link) const {
        CPPUNIT_ASSERT_EQUAL(200, _service->remove("/v1/link-code/" + link.code, link.secret).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeldPollTest);
