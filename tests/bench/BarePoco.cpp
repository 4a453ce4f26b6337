// SPDX-License-Identifier: Apache-2.0
// The daemon's reference: Poco's HTTP server alone, which answers every request as GET /v1/healthz.
// `bare-poco` prints "ready PORT" and serves 127.0.0.1 until a signal ends it.
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

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

class HealthHandler final : public Poco::Net::HTTPRequestHandler {
public:
    void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
        static const std::string body = "{\"status\":\"ok\"}";
        response.setContentType("application/json");
        response.sendBuffer(body.data(), body.size());
    }
};

class HealthHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new HealthHandler;
    }
};

} // namespace

int main() {
    try {
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
        socket.listen(backlog);
        Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
        params->setKeepAlive(true);
        params->setMaxThreads(threads);
        params->setMaxQueued(backlog);
        Poco::ThreadPool pool(2, threads);
        Poco::Net::HTTPServer server(new HealthHandlerFactory, pool, socket, params);
        server.start();
        std::cout << "ready " << socket.address().port() << std::endl;
        for (;;)
            std::this_thread::sleep_for(std::chrono::hours(1));
    } catch (const std::exception& failure) {
        std::cerr << "bare-poco: " << failure.what() << '\n';
        return exitInternal;
    }
}
