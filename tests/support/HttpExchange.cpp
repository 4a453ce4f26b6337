// SPDX-License-Identifier: Apache-2.0
#include "HttpExchange.h"

#include "ApiWatch.h"

#include <memory>
#include <sstream>

#include <Poco/JSON/Parser.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::test {

namespace {

using Poco::Net::Context;

// Trusts every certificate: tests examine only what the programs under test refuse.
Context::Ptr trustingContext() {
    return new Context(Context::TLS_CLIENT_USE, "", "", "", Context::VERIFY_NONE, 9, false,
                       "ALL:@SECLEVEL=0");
}

std::unique_ptr<Poco::Net::HTTPClientSession> sessionFor(const Poco::URI& uri) {
    if (uri.getScheme() == "https")
        return std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(),
                                                               trustingContext());
    return std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
}

} // namespace

std::string HttpAnswer::header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
        if (Poco::icompare(key, name) == 0)
            return value;
    }
    return {};
}

Poco::JSON::Object::Ptr HttpAnswer::json() const {
    return Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
}

std::string HttpAnswer::text(const std::string& member) const {
    return json()->optValue<std::string>(member, {});
}

HttpAnswer exchange(const HttpCall& call) {
    const Poco::URI uri(call.url);
    const auto session = sessionFor(uri);
    session->setTimeout(Poco::Timespan(60, 0));
    // Sends the target as written: Poco::URI would normalise it.
    const auto afterScheme = call.url.find("://") + 3;
    const auto slash = call.url.find('/', afterScheme);
    Poco::Net::HTTPRequest request(call.method, slash == std::string::npos ? "/" : call.url.substr(slash),
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : call.headers)
        request.set(name, value);
    if (!call.body.empty() || call.method == "POST")
        request.setContentLength(static_cast<std::streamsize>(call.body.size()));
    session->sendRequest(request) << call.body;

    Poco::Net::HTTPResponse response;
    auto& stream = session->receiveResponse(response);
    HttpAnswer answer;
    Poco::StreamCopier::copyToString(stream, answer.body);
    answer.status = static_cast<int>(response.getStatus());
    for (const auto& [name, value] : response)
        answer.headers.emplace_back(name, value);
    checkApiAnswer(call, answer);
    return answer;
}

HttpAnswer callApi(const std::string& method, const std::string& url, const std::string& bearer,
                   const std::string& body) {
    HttpCall call{method, url};
    if (!bearer.empty())
        call.headers["Authorization"] = "Bearer " + bearer;
    if (!body.empty()) {
        call.headers["Content-Type"] = "application/json";
        call.body = body;
    }
    return exchange(call);
}

} // namespace central_oauth::test
