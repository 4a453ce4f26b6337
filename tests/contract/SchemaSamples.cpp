// SPDX-License-Identifier: Apache-2.0
// Request bodies made from schemas: valid ones, and invalid ones of each kind.
#include "ApiWorld.h"

#include <limits>
#include <sstream>

#include <Poco/JSON/Array.h>

namespace central_oauth::test {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

// Returns the first of several types: the other one is null.
std::string typeOf(const Object::Ptr& schema) {
    if (const auto types = schema->getArray("type"))
        return types->getElement<std::string>(0);
    return schema->optValue<std::string>("type", "string");
}

Var sampleValue(const Object::Ptr& schema) {
    if (schema->has("const"))
        return schema->get("const");
    if (schema->has("enum"))
        return schema->getArray("enum")->get(0);
    const auto type = typeOf(schema);
    if (type == "integer")
        return schema->optValue("minimum", 1);
    if (type == "boolean")
        return true;
    if (type == "array")
        return Array::Ptr(new Array);
    return std::string("sample");
}

Array::Ptr arrayOf(std::size_t size, const Var& item) {
    Array::Ptr array = new Array;
    for (std::size_t i = 0; i < size; ++i)
        array->add(item);
    return array;
}

} // namespace

Object::Ptr sampleBody(const Object::Ptr& schema) {
    Object::Ptr body = new Object;
    const auto properties = schema->getObject("properties");
    for (const auto& name : stringsOf(schema, "required"))
        body->set(name, sampleValue(ApiDescription::get().resolved(properties->getObject(name))));
    if (body->size() == 0 && schema->optValue("minProperties", 0) > 0) {
        const auto first = properties->begin();
        body->set(first->first, sampleValue(properties->getObject(first->first)));
    }
    return body;
}

std::string textOf(const Object::Ptr& object) {
    std::ostringstream text;
    object->stringify(text);
    return text.str();
}

std::vector<Var> valuesOfOtherTypes(const Object::Ptr& schema) {
    const auto type = typeOf(schema);
    std::vector<Var> values{Var(Object::Ptr(new Object)), Var(1.5)};
    if (type != "string")
        values.emplace_back(std::string("text"));
    if (type != "integer")
        values.emplace_back(7);
    if (type != "boolean")
        values.emplace_back(true);
    values.emplace_back(type == "array" ? arrayOf(1, 7) : arrayOf(1, std::string("text")));
    return values;
}

std::vector<Var> valuesBeyondLimits(const Object::Ptr& schema) {
    std::vector<Var> values;
    if (schema->has("enum"))
        values.push_back(typeOf(schema) == "integer" ? Var(12345) : Var(std::string("no-such")));
    if (schema->has("maxLength"))
        values.emplace_back(std::string(schema->getValue<std::size_t>("maxLength") + 1, 'x'));
    if (schema->has("minLength"))
        values.emplace_back(std::string());
    if (schema->has("pattern"))
        values.emplace_back(std::string("!"));
    if (schema->has("minimum"))
        values.emplace_back(schema->getValue<int>("minimum") - 1);
    if (schema->has("maximum"))
        values.emplace_back(schema->getValue<int>("maximum") + 1);
    if (typeOf(schema) == "integer")
        values.emplace_back(std::numeric_limits<Poco::UInt64>::max());
    if (schema->has("maxItems"))
        values.emplace_back(arrayOf(schema->getValue<std::size_t>("maxItems") + 1, std::string("item")));
    return values;
}

} // namespace central_oauth::test
