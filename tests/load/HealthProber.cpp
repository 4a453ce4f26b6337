// SPDX-License-Identifier: Apache-2.0
#include "HealthProber.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>

namespace central_oauth::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds interval{50};
const Poco::Timespan patience(5, 0); // above the limit of a probe, so that a late answer is still measured

std::unique_ptr<Poco::Net::HTTPClientSession> sessionTo(std::uint16_t port, bool tls) {
    if (!tls)
        return std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port);
    // Certificates are checked by other tests.
    static const Poco::Net::Context::Ptr context(
        new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_NONE));
    return std::make_unique<Poco::Net::HTTPSClientSession>("127.0.0.1", port, context);
}

} // namespace

Health::Duration Health::median() const {
    return times.empty() ? Duration{0} : times[times.size() / 2];
}

Health::Duration Health::worst() const {
    return times.empty() ? Duration{0} : times.back();
}

HealthProber::HealthProber(std::uint16_t port, bool tls) : _port(port), _tls(tls) {
    _thread = std::thread([this] { run(); });
}

HealthProber::~HealthProber() {
    _stopping = true;
    if (_thread.joinable())
        _thread.join();
}

Health HealthProber::stop() {
    _stopping = true;
    _thread.join();
    std::sort(_health.times.begin(), _health.times.end());
    return std::move(_health);
}

Health::Duration HealthProber::probe(std::uint16_t port, bool tls) {
    const auto begin = Clock::now();
    const auto session = sessionTo(port, tls);
    session->setTimeout(patience);
    session->setKeepAlive(false);
    Poco::Net::HTTPRequest request("GET", "/v1/healthz", "HTTP/1.1");
    session->sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session->receiveResponse(response), body);
    if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK)
        throw std::runtime_error("status " + std::to_string(response.getStatus()) + ": " + body);
    return Clock::now() - begin;
}

void HealthProber::run() {
    while (!_stopping) {
        const auto begin = Clock::now();
        std::string failure;
        try {
            _health.times.push_back(probe(_port, _tls));
        } catch (const Poco::Exception& fault) {
            failure = fault.displayText();
        } catch (const std::exception& fault) {
            failure = fault.what();
        }
        if (!failure.empty()) {
            const Health::Duration took = Clock::now() - begin;
            _health.failures.push_back(failure + " (after " + std::to_string(took.count()) + " ms)");
        }
        std::this_thread::sleep_until(begin + interval);
    }
}

} // namespace central_oauth::test
