// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/JsonBody.h"

#include "central_oauth/base/Error.h"

#include <algorithm>

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t deepest = 8;

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A field name comes from the caller: shown only if it is one an API could have.
std::string shown(const std::string& name) {
    const bool plain =
        !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    return plain ? "\"" + name + "\"" : std::string("of that name");
}

Poco::JSON::Object::Ptr parseObject(const std::string& text) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(deepest);
        const auto value = parser.parse(text);
        if (value.type() == typeid(Poco::JSON::Object::Ptr))
            return value.extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        throw Error(ErrorCode::invalidRequest, "The body is not valid JSON, or nested deeper than 8.");
    }
    throw Error(ErrorCode::invalidRequest, "The body must be a JSON object.");
}

} // namespace

JsonBody JsonBody::parse(const http::Request& request, const Fields& fields) {
    JsonBody body;
    if (request.body().empty())
        return body;
    http::requireContentType(request, "application/json");
    const auto object = parseObject(request.body());
    for (const auto& [name, value] : *object) {
        if (contains(fields.later, name))
            throw Error(ErrorCode::notImplemented,
                        "The field \"" + name + "\" is not offered yet; leave it out.");
        if (!contains(fields.texts, name))
            throw Error(ErrorCode::invalidRequest, "There is no field " + shown(name) + " here.");
        if (value.isEmpty())
            continue;
        if (!value.isString())
            throw Error(ErrorCode::invalidRequest, "The field \"" + name + "\" must be a string.");
        body._texts[name] = value.toString();
    }
    return body;
}

const std::string& JsonBody::text(const std::string& name) const {
    static const std::string none;
    const auto found = _texts.find(name);
    return found == _texts.end() ? none : found->second;
}

} // namespace central_oauth::endpoints
