// SPDX-License-Identifier: Apache-2.0
#include "server/Call.h"

#include <algorithm>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::simulator {

std::string Parameters::get(const std::string& name) const {
    const auto found =
        std::find_if(_pairs.begin(), _pairs.end(), [&name](const auto& pair) { return pair.first == name; });
    return found == _pairs.end() ? std::string() : found->second;
}

std::vector<std::string> Parameters::all(const std::string& name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : _pairs)
        if (key == name)
            values.push_back(value);
    return values;
}

bool Parameters::has(const std::string& name) const {
    return std::any_of(_pairs.begin(), _pairs.end(),
                       [&name](const auto& pair) { return pair.first == name; });
}

std::string Call::bearerToken() const {
    const std::string value = header("Authorization");
    const std::string scheme = "bearer ";
    if (Poco::icompare(value, 0, scheme.size(), scheme) != 0)
        return {};
    return value.substr(scheme.size());
}

Reply jsonReply(int status, const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    Reply reply;
    reply.status = status;
    reply.body = text.str();
    return reply;
}

Reply htmlReply(int status, std::string html) {
    Reply reply;
    reply.status = status;
    reply.contentType = "text/html; charset=utf-8";
    reply.body = std::move(html);
    return reply;
}

Reply redirectReply(const std::string& location) {
    Reply reply = htmlReply(302, "");
    reply.headers.emplace_back("Location", location);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply gatewayError(int status, const std::string& message, const std::string& reason) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("code", status);
    object.set("message", message);
    Reply reply = jsonReply(status, object);
    reply.refusal = reason;
    return reply;
}

Reply oauthError(int status, const std::string& error, const std::string& description,
                 const std::string& reason) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("error", error);
    object.set("error_description", description);
    Reply reply = jsonReply(status, object);
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.refusal = reason;
    return reply;
}

Parameters parseQuery(const std::string& raw, bool& malformed) {
    try {
        Poco::URI uri;
        uri.setRawQuery(raw);
        return Parameters(uri.getQueryParameters());
    } catch (const Poco::Exception&) {
        malformed = true;
        return {};
    }
}

} // namespace central_oauth::simulator
