// SPDX-License-Identifier: Apache-2.0
// The daemon's reference: Poco's HTTP server alone, which answers every request as GET /v1/healthz.
// `bare-poco` prints "ready PORT" and serves 127.0.0.1 until a signal ends it. `bare-poco upstream` answers
// every request as Atlassian answers a refresh instead, at once, with tokens of 2,600 characters.
#include <chrono>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

namespace {

constexpr int exitInternal = 70;
constexpr int threads = 80; ///< more than the benchmark's connections, as each connection keeps its thread
constexpr int backlog = 256;

std::string healthBody() {
    return "{\"status\":\"ok\"}";
}

std::string refreshBody() {
    constexpr std::size_t tokenSize = 2600;
    return "{\"access_token\":\"" + std::string(tokenSize, 'a') + "\",\"refresh_token\":\"" +
           std::string(tokenSize, 'r') +
           "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"offline_access read:me "
           "read:jira-user read:jira-work write:jira-work\"}";
}

class SameHandler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit SameHandler(const std::string& body) : _body(body) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        if (request.hasContentLength())
            request.stream().ignore(std::numeric_limits<std::streamsize>::max());
        response.setContentType("application/json");
        response.sendBuffer(_body.data(), _body.size());
    }

private:
    const std::string& _body;
};

class SameHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit SameHandlerFactory(std::string body) : _body(std::move(body)) {}

    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new SameHandler(_body);
    }

private:
    std::string _body;
};

} // namespace

int main(int argc, char** argv) {
    try {
        const bool isUpstream = argc == 2 && std::string(argv[1]) == "upstream";
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
        socket.listen(backlog);
        Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
        params->setKeepAlive(true);
        params->setMaxThreads(threads);
        params->setMaxQueued(backlog);
        Poco::ThreadPool pool(2, threads);
        Poco::Net::HTTPServer server(new SameHandlerFactory(isUpstream ? refreshBody() : healthBody()), pool,
                                     socket, params);
        server.start();
        std::cout << "ready " << socket.address().port() << std::endl;
        for (;;)
            std::this_thread::sleep_for(std::chrono::hours(1));
    } catch (const std::exception& failure) {
        std::cerr << "bare-poco: " << failure.what() << '\n';
        return exitInternal;
    }
}
