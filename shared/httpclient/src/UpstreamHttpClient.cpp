// SPDX-License-Identifier: Apache-2.0
// Writes the request, reads the answer, and reports for every failure whether the request was sent.
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include "Connector.h"
#include "ResponseReader.h"
#include "UpstreamUrl.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/provider/ProviderError.h"

#include <string_view>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/Utility.h>

namespace central_oauth::httpclient {

using provider::HttpError;
using provider::HttpFailure;
using provider::HttpRequest;
using provider::HttpResponse;
using provider::Secret;

namespace {

// Uses only fixed texts and those of OpenSSL's tables; others may quote a header or a body.
std::string causeOf(const Poco::Exception& failure) {
    const bool ownText = dynamic_cast<const ConnectException*>(&failure) != nullptr ||
                         dynamic_cast<const Poco::Net::MessageException*>(&failure) != nullptr ||
                         dynamic_cast<const Poco::Net::HTTPException*>(&failure) != nullptr;
    if (ownText)
        return failure.message();
    if (dynamic_cast<const Poco::Net::SSLException*>(&failure) != nullptr)
        return std::string("TLS: ") + failure.name() +
               (failure.message().empty() ? "" : ": " + failure.message());
    return failure.name();
}

// Names the port for a failure of the socket, only the host otherwise.
std::string peerOf(const UpstreamUrl& url, const Poco::Exception& failure) {
    const bool isOfSocket = dynamic_cast<const ConnectException*>(&failure) == nullptr &&
                            dynamic_cast<const Poco::Net::NetException*>(&failure) != nullptr &&
                            dynamic_cast<const Poco::Net::SSLException*>(&failure) == nullptr &&
                            dynamic_cast<const Poco::Net::MessageException*>(&failure) == nullptr &&
                            dynamic_cast<const Poco::Net::HTTPException*>(&failure) == nullptr;
    return isOfSocket ? url.authority() : url.host;
}

provider::LocalFault faultOf(const Poco::Exception& failure) {
    const auto* known = dynamic_cast<const ConnectException*>(&failure);
    return known == nullptr ? provider::LocalFault::none : known->fault();
}

// Poco takes one error out of OpenSSL's queue and leaves the rest, which the thread's next use of OpenSSL
// would report as its own.
struct EmptyErrorQueue {
    EmptyErrorQueue() = default;
    ~EmptyErrorQueue() { Poco::Net::Utility::clearErrorStack(); }
    EmptyErrorQueue(const EmptyErrorQueue&) = delete;
    EmptyErrorQueue& operator=(const EmptyErrorQueue&) = delete;
};

bool isFieldValue(std::string_view value) {
    return base::consistsOf(value, [](char c) {
        return c == '\t' || !base::isControl(c); // includes obs-text (RFC 9110 section 5.5)
    });
}

void requireSafeParts(const HttpRequest& request, const std::string& host) {
    bool safe = base::isToken(request.method) && isFieldValue(request.bearer.reveal());
    for (const auto& [name, value] : request.headers)
        safe = safe && base::isToken(name) && isFieldValue(value);
    if (!safe)
        throw UnsendableRequest("the request to " + host + " has a malformed method or header");
}

std::size_t sizeBound(const HttpRequest& request, const UpstreamUrl& url, const std::string& userAgent) {
    std::size_t size = 512 + request.method.size() + url.target.size() + url.host.size() + userAgent.size() +
                       request.bearer.size() + request.body.size();
    for (const auto& [name, value] : request.headers)
        size += name.size() + value.size() + 4;
    return size;
}

// Avoids Poco::Net::HTTPRequest, which keeps copies of the bearer token that nothing wipes.
Secret serialise(const HttpRequest& request, const UpstreamUrl& url, const std::string& userAgent) {
    const bool defaultPort = url.port == (url.secure ? 443 : 80);
    const std::string authority = url.authority();
    std::string text;
    text.reserve(sizeBound(request, url, userAgent));
    text.append(request.method).append(" ").append(url.target).append(" HTTP/1.1\r\nHost: ");
    text.append(defaultPort ? authority.substr(0, authority.rfind(':')) : authority);
    text.append("\r\nConnection: close\r\nAccept-Encoding: identity\r\nUser-Agent: ")
        .append(userAgent)
        .append("\r\n");
    for (const auto& [name, value] : request.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (!request.bearer.empty())
        text.append("Authorization: Bearer ").append(request.bearer.reveal()).append("\r\n");
    if (!request.body.empty() || request.method == "POST")
        text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    text.append("\r\n").append(request.body.reveal());
    return Secret(std::move(text));
}

HttpResponse exchange(DeadlineConnection& connection, const HttpRequest& request, const Secret& wire) {
    connection.send(wire.reveal());
    ResponseReader reader(connection);
    ResponseHead head = reader.readHead();
    HttpResponse response;
    response.status = head.status;
    if (request.method != "HEAD")
        response.body = reader.readBody(head);
    response.headers = std::move(head.headers);
    return response;
}

} // namespace

UpstreamHttpClient::UpstreamHttpClient(const UpstreamHttpOptions& options)
    : _connector(std::make_unique<const Connector>(options)),
      _userAgent(options.userAgent),
      _onDate(options.onDate) {
    for (const auto& allowed : options.allowedOrigins) {
        const auto url = parseUpstreamUrl(allowed);
        if (!url || (!url->secure && !url->loopback()))
            throw base::Error(base::ErrorCode::providerMisconfigured, {},
                              "\"" + allowed +
                                  "\" is not an upstream address; use https, or http to a loopback address");
        _origins.insert(url->origin());
    }
}

UpstreamHttpClient::~UpstreamHttpClient() = default;

HttpResponse UpstreamHttpClient::send(const HttpRequest& request) const {
    const auto url = parseUpstreamUrl(request.url);
    if (!url)
        throw UnsendableRequest("the request has no absolute URL");
    if (!_origins.contains(url->origin()))
        throw provider::ProviderError(provider::ProviderErrorKind::misconfigured,
                                      url->origin() + " is not among the provider's configured addresses" +
                                          (_origins.empty() ? "" : ": ") + base::join(_origins, ", "));
    requireSafeParts(request, url->host);
    const Secret wire = serialise(request, *url, _userAgent);
    const EmptyErrorQueue afterwards;
    auto failure = HttpFailure::notSent;
    try {
        DeadlineConnection connection = _connector->open(*url, request.deadline);
        failure = HttpFailure::outcomeUnknown;
        auto response = exchange(connection, request, wire);
        const auto date = response.headers.find("date");
        if (_onDate && date != response.headers.end())
            _onDate(url->host, date->second);
        return response;
    } catch (const Poco::Exception& cause) {
        throw HttpError(failure, peerOf(*url, cause) + ": " + causeOf(cause), faultOf(cause));
    }
}

} // namespace central_oauth::httpclient
