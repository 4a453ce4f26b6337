// SPDX-License-Identifier: Apache-2.0
// Poco's parser with a handler that notices duplicate members.
#include "central_oauth/endpoints/JsonBody.h"

#include "RequestValues.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <set>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;
using Poco::Dynamic::Var;

constexpr std::size_t deepest = 8;

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A field's name comes from the caller. A message shows it only if an API could have such a field.
std::string shown(const std::string& name) {
    const bool plain = !name.empty() && name.size() <= 64 && base::consistsOf(name, [](char c) {
        return base::isLowerLetter(c) || base::isDigit(c) || c == '_';
    });
    return plain ? "\"" + name + "\"" : std::string("of that name");
}

// Of duplicate members the parser would keep the last, and a proxy before us may have read the first (RFC
// 8259 section 4). Deeper members need no check, because no field takes an object.
class StrictHandler final : public Poco::JSON::ParseHandler {
public:
    void startObject() override {
        ++_depth;
        ParseHandler::startObject();
    }
    void endObject() override {
        --_depth;
        ParseHandler::endObject();
    }
    void key(const std::string& name) override {
        if (_depth == 1 && !_names.insert(name).second)
            refuse("The field " + shown(name) + " is there twice.");
        ParseHandler::key(name);
    }

private:
    int _depth = 0;
    std::set<std::string> _names;
};

Poco::JSON::Object::Ptr parseObject(const std::string& text) {
    try {
        Poco::JSON::Parser parser(new StrictHandler); // owned by the parser
        parser.setDepth(deepest);
        // The parser cuts names at a NUL, so "label\u0000x" would pass for "label".
        parser.setAllowNullByte(false);
        const auto value = parser.parse(text);
        if (value.type() == typeid(Poco::JSON::Object::Ptr))
            return value.extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        refuse("The body is not a JSON object in UTF-8, holds a NUL, or is nested deeper than 8.");
    }
    refuse("The body must be a JSON object.");
}

std::string textOf(const std::string& name, const Var& value) {
    if (!value.isString())
        refuse("The field \"" + name + "\" must be a string.");
    auto text = value.extract<std::string>();
    requireVisible(text, "The field \"" + name + "\"");
    return text;
}

std::vector<std::string> listOf(const std::string& name, const Var& value) {
    if (value.type() != typeid(Poco::JSON::Array::Ptr))
        refuse("The field \"" + name + "\" must be an array of strings.");
    std::vector<std::string> list;
    for (const auto& element : *value.extract<Poco::JSON::Array::Ptr>()) {
        if (element.isEmpty() || !element.isString())
            refuse("The field \"" + name + "\" must be an array of strings.");
        list.push_back(element.extract<std::string>());
    }
    return list;
}

// The parser gives every whole number that fits as this type. Another number has a fraction or is too large.
std::int64_t numberOf(const std::string& name, const Var& value) {
    if (value.type() != typeid(Poco::Int64))
        refuse("The field \"" + name + "\" must be a whole number.");
    return value.extract<Poco::Int64>();
}

bool flagOf(const std::string& name, const Var& value) {
    if (!value.isBoolean())
        refuse("The field \"" + name + "\" must be true or false.");
    return value.extract<bool>();
}

} // namespace

JsonBody JsonBody::parse(const http::Request& request, const Fields& fields) {
    JsonBody body;
    if (request.body().empty())
        return body;
    http::requireContentType(request, "application/json");
    const auto object = parseObject(request.body());
    for (const auto& [name, value] : *object) {
        const bool isText = contains(fields.texts, name);
        const bool isList = contains(fields.lists, name);
        const bool isNumber = contains(fields.numbers, name);
        if (contains(fields.later, name))
            throw Error(ErrorCode::notImplemented,
                        "The field \"" + name + "\" is not offered yet; leave it out.");
        if (!isText && !isList && !isNumber && !contains(fields.flags, name))
            refuse("There is no field " + shown(name) + " here.");
        if (value.isEmpty())
            body._nulls.insert(name);
        else if (isText)
            body._texts[name] = textOf(name, value);
        else if (isList)
            body._lists[name] = listOf(name, value);
        else if (isNumber)
            body._numbers[name] = numberOf(name, value);
        else
            body._flags[name] = flagOf(name, value);
    }
    return body;
}

bool JsonBody::has(const std::string& name) const {
    return _texts.contains(name) || _lists.contains(name) || _numbers.contains(name) || _flags.contains(name);
}

const std::string& JsonBody::text(const std::string& name) const {
    static const std::string none;
    const auto found = _texts.find(name);
    return found == _texts.end() ? none : found->second;
}

const std::vector<std::string>& JsonBody::texts(const std::string& name) const {
    static const std::vector<std::string> none;
    const auto found = _lists.find(name);
    return found == _lists.end() ? none : found->second;
}

std::optional<std::int64_t> JsonBody::number(const std::string& name) const {
    const auto found = _numbers.find(name);
    return found == _numbers.end() ? std::nullopt : std::optional(found->second);
}

std::optional<bool> JsonBody::flag(const std::string& name) const {
    const auto found = _flags.find(name);
    return found == _flags.end() ? std::nullopt : std::optional(found->second);
}

} // namespace central_oauth::endpoints
