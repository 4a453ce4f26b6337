// SPDX-License-Identifier: Apache-2.0
// Poco's JSON without its conversions: a number is not a text, and a text is not a number.
#include "JsonFields.h"

#include "central_oauth/cli/Failure.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::cli {

namespace {

constexpr std::size_t deepestAnswer = 16;

Poco::JSON::Object::Ptr objectIn(const Poco::Dynamic::Var& value, const std::string& what) {
    if (value.type() != typeid(Poco::JSON::Object::Ptr))
        throw UnreadableAnswer(what + " is not an object");
    return value.extract<Poco::JSON::Object::Ptr>();
}

} // namespace

JsonFields::JsonFields(const provider::Secret& body) {
    Poco::Dynamic::Var value;
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(deepestAnswer);
        value = parser.parse(std::string(body.reveal()));
    } catch (const Poco::Exception&) {
        throw UnreadableAnswer("it is not JSON");
    }
    _object = objectIn(value, "it");
}

bool JsonFields::has(const std::string& name) const {
    return _object->has(name) && !_object->get(name).isEmpty();
}

std::string JsonFields::text(const std::string& name) const {
    if (!has(name))
        throw UnreadableAnswer(name + " is missing");
    const Poco::Dynamic::Var value = _object->get(name);
    if (value.type() != typeid(std::string))
        throw UnreadableAnswer(name + " is not a text");
    return value.extract<std::string>();
}

std::string JsonFields::textOrEmpty(const std::string& name) const {
    return has(name) ? text(name) : std::string();
}

std::chrono::seconds JsonFields::seconds(const std::string& name, std::chrono::seconds most) const {
    const Poco::Dynamic::Var value = has(name) ? _object->get(name) : Poco::Dynamic::Var();
    try {
        if (value.isInteger() && !value.isBoolean()) {
            const std::chrono::seconds count(value.convert<Poco::Int64>());
            if (count >= std::chrono::seconds(0) && count <= most)
                return count;
        }
    } catch (const Poco::Exception&) { // a number beyond 64 bits
    }
    throw UnreadableAnswer(name + " is not a number of seconds");
}

JsonFields JsonFields::object(const std::string& name) const {
    if (!has(name))
        throw UnreadableAnswer(name + " is missing");
    return JsonFields(objectIn(_object->get(name), name));
}

std::vector<JsonFields> JsonFields::objects(const std::string& name) const {
    const Poco::Dynamic::Var value = has(name) ? _object->get(name) : Poco::Dynamic::Var();
    if (value.isEmpty() || value.type() != typeid(Poco::JSON::Array::Ptr))
        throw UnreadableAnswer(name + " is not a list");
    std::vector<JsonFields> fields;
    for (const Poco::Dynamic::Var& item : *value.extract<Poco::JSON::Array::Ptr>())
        fields.push_back(JsonFields(objectIn(item, "an item of " + name)));
    return fields;
}

} // namespace central_oauth::cli
