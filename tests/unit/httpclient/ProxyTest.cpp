// SPDX-License-Identifier: Apache-2.0
// HTTPS_PROXY and NO_PROXY, seen from the proxy.
#include "central_oauth/base/Error.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <thread>
#include <utility>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth;
using namespace std::chrono_literals;
using httpclient::UpstreamHttpClient;

namespace {

// A proxy that refuses one CONNECT and records it.
class RefusingProxy {
public:
    RefusingProxy() : _listener(Poco::Net::SocketAddress("127.0.0.1", 0)), _thread([this] { serve(); }) {}
    ~RefusingProxy() {
        if (_thread.joinable())
            _thread.join();
    }
    std::string authority() const { return _listener.address().toString(); }
    std::string request() {
        _thread.join();
        return _request;
    }

private:
    void serve() {
        if (!_listener.poll(Poco::Timespan(5, 0), Poco::Net::Socket::SELECT_READ))
            return;
        Poco::Net::StreamSocket peer = _listener.acceptConnection();
        char buffer[4096];
        const int got = peer.receiveBytes(buffer, sizeof buffer);
        _request.assign(buffer, static_cast<std::size_t>(got));
        const std::string answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
    }

    std::string _request;
    Poco::Net::ServerSocket _listener;
    std::thread _thread;
};

provider::HttpError errorThrough(const std::string& proxy, const std::string& noProxy,
                                 const std::string& url) {
    const UpstreamHttpClient client({.allowedOrigins = {url}, .httpsProxy = proxy, .noProxy = noProxy});
    provider::HttpRequest request;
    request.url = url;
    request.bearer = provider::Secret("bearer-value");
    request.deadline = std::chrono::steady_clock::now() + 5s;
    try {
        static_cast<void>(client.send(request));
    } catch (const provider::HttpError& error) {
        CPPUNIT_ASSERT(error.failure() == provider::HttpFailure::notSent);
        return error;
    }
    return {provider::HttpFailure::notSent, "sent"};
}

std::string failureThrough(const std::string& proxy, const std::string& noProxy, const std::string& url) {
    return errorThrough(proxy, noProxy, url).what();
}

provider::LocalFault faultThrough(const std::string& proxy, const std::string& url) {
    return errorThrough(proxy, "", url).localFault();
}

} // namespace

class ProxyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProxyTest);
    CPPUNIT_TEST(testAsksProxyForATunnel);
    CPPUNIT_TEST(testGoesAroundTheProxyForListedHosts);
    CPPUNIT_TEST(testUnreachableProxyIsNamedAsTheProxy);
    CPPUNIT_TEST(testGoesAroundTheProxyForLoopback);
    CPPUNIT_TEST(testRefusesMalformedProxy);
    CPPUNIT_TEST_SUITE_END();

    httpclient::TlsInitialisation _tls;

    void testAsksProxyForATunnel() {
        RefusingProxy proxy;
        const std::string what =
            failureThrough("http://user:p%40ss@" + proxy.authority(), "other.invalid, ample.invalid",
                           "https://Example.invalid/path");
        CPPUNIT_ASSERT_EQUAL(
            "example.invalid: the proxy " + proxy.authority() + " (HTTPS_PROXY): it answered 407", what);
        CPPUNIT_ASSERT_EQUAL(
            std::string("CONNECT example.invalid:443 HTTP/1.1\r\nHost: example.invalid:443\r\n"
                        "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n\r\n"),
            proxy.request());
    }

    void testGoesAroundTheProxyForListedHosts() {
        for (const char* noProxy : {"*", "example.invalid", "a, .invalid", "EXAMPLE.INVALID"}) {
            const std::string what = failureThrough("127.0.0.1:1", noProxy, "https://example.invalid/");
            CPPUNIT_ASSERT_MESSAGE(what, what.find("refused") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("example.invalid: the proxy 127.0.0.1:1 (HTTPS_PROXY): Connection refused"),
            failureThrough("127.0.0.1:1", "ample.invalid", "https://example.invalid/"));
    }

    void testUnreachableProxyIsNamedAsTheProxy() {
        for (const auto& [proxy, words] :
             {std::pair<std::string, std::string>{"127.0.0.1:1", "Connection refused"},
              {"http://user:s3cret@proxy.invalid:3128", "the name can't be resolved"}}) {
            CPPUNIT_ASSERT(faultThrough(proxy, "https://example.invalid/") == provider::LocalFault::proxy);
            const std::string what = failureThrough(proxy, "", "https://example.invalid/");
            CPPUNIT_ASSERT_MESSAGE(what, what.find("(HTTPS_PROXY): " + words) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(what, what.find("s3cret") == std::string::npos);
        }
        RefusingProxy refusing;
        CPPUNIT_ASSERT(faultThrough(refusing.authority(), "https://example.invalid/") ==
                       provider::LocalFault::proxy);
    }

    void testGoesAroundTheProxyForLoopback() {
        RefusingProxy proxy;
        // Upstream is the proxy's own port: a CONNECT would name it, a direct connection starts a TLS
        // handshake.
        const std::string what =
            failureThrough("http://127.0.0.1:1", "", "https://" + proxy.authority() + "/");
        CPPUNIT_ASSERT(what.find("TLS: ") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL('\x16', proxy.request().front());
    }

    void testRefusesMalformedProxy() {
        for (const char* proxy :
             {"https://proxy.example:3128", "http://", "socks5://proxy.example", "http://proxy example"})
            CPPUNIT_ASSERT_THROW_MESSAGE(proxy, UpstreamHttpClient({.httpsProxy = proxy}), base::Error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyTest);
