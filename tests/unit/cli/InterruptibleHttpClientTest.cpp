// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while a server does not answer.
#include "central_oauth/cli/InterruptibleHttpClient.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/platform/InterruptWatch.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <future>

using namespace central_oauth::cli;
using namespace central_oauth::provider;

namespace {

/// Answers with the request that it got, or blocks until it is released.
class SlowHttpClient final : public HttpClient {
public:
    HttpResponse send(const HttpRequest& request) const override {
        if (held)
            release.get_future().wait();
        if (request.url.empty())
            throw HttpError(HttpFailure::notSent, "no URL");
        return {200, {{"method", request.method}}, Secret(request.url + std::string(request.body.reveal()))};
    }

    std::atomic<bool> held{false};
    mutable std::promise<void> release;
};

} // namespace

class InterruptibleHttpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InterruptibleHttpClientTest);
    CPPUNIT_TEST(testPassesRequestAndAnswer);
    CPPUNIT_TEST(testPassesErrors);
    CPPUNIT_TEST(testAbandonsAnExchange);
    CPPUNIT_TEST(testGivesUpAtTheDeadline);
    CPPUNIT_TEST(testSignalEndsOneWait);
    CPPUNIT_TEST_SUITE_END();

    static HttpRequest request(const std::string& url) {
        HttpRequest request;
        request.method = "POST";
        request.url = url;
        request.body = Secret("body");
        request.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        return request;
    }

public:
    void testPassesRequestAndAnswer() {
        const InterruptibleHttpClient client(std::make_shared<SlowHttpClient>(),
                                             std::make_shared<StopRequest>());
        const HttpResponse response = client.send(request("https://a.example/"));
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("POST"), response.headers.at("method"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example/body"), std::string(response.body.reveal()));
    }

    void testPassesErrors() {
        const InterruptibleHttpClient client(std::make_shared<SlowHttpClient>(),
                                             std::make_shared<StopRequest>());
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.send(request(""))), HttpError);
    }

    void testAbandonsAnExchange() {
        const auto slow = std::make_shared<SlowHttpClient>();
        const auto stop = std::make_shared<StopRequest>();
        const InterruptibleHttpClient client(slow, stop);
        slow->held = true;
        stop->request();
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.send(request("https://a.example/"))), Interrupted);
        slow->held = false;
        // The stop applies once: a later request, such as cancelling, gets its answer.
        CPPUNIT_ASSERT_EQUAL(200, client.send(request("https://a.example/")).status);
        slow->release.set_value();
    }

    void testGivesUpAtTheDeadline() {
        const auto slow = std::make_shared<SlowHttpClient>();
        const auto stop = std::make_shared<StopRequest>();
        const InterruptibleHttpClient client(slow, stop);
        slow->held = true; // like a name lookup that hangs
        auto late = request("https://a.example/");
        late.deadline = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.send(late)), HttpError);
        CPPUNIT_ASSERT_MESSAGE("nobody destroys what it uses", stop->hasLeftBehind());
        slow->release.set_value();
    }

    void testSignalEndsOneWait() {
        const auto stop = std::make_shared<StopRequest>();
        StoppableWaiter waiter(stop);
        const central_oauth::platform::InterruptWatch watch([stop] { stop->request(); });
        CPPUNIT_ASSERT_EQUAL(0, std::raise(SIGINT));
        CPPUNIT_ASSERT_THROW(waiter.wait(std::chrono::minutes(5)), Interrupted);
        CPPUNIT_ASSERT_NO_THROW(waiter.wait(std::chrono::milliseconds(0)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InterruptibleHttpClientTest);
