// SPDX-License-Identifier: Apache-2.0
#include "HttpExchange.h"

#include <sstream>

#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::test {

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
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(60, 0));
    // The target as written: Poco::URI would normalise what a test wants to send.
    const auto afterScheme = call.url.find("://") + 3;
    const auto slash = call.url.find('/', afterScheme);
    Poco::Net::HTTPRequest request(call.method, slash == std::string::npos ? "/" : call.url.substr(slash),
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : call.headers)
        request.set(name, value);
    if (!call.body.empty() || call.method == "POST")
        request.setContentLength(static_cast<std::streamsize>(call.body.size()));
    session.sendRequest(request) << call.body;

    Poco::Net::HTTPResponse response;
    auto& stream = session.receiveResponse(response);
    HttpAnswer answer;
    Poco::StreamCopier::copyToString(stream, answer.body);
    answer.status = static_cast<int>(response.getStatus());
    for (const auto& [name, value] : response)
        answer.headers.emplace_back(name, value);
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
