// SPDX-License-Identifier: Apache-2.0
// Poco's parser with limits. Replaces its errors, which quote the text.
#include "central_oauth/oauth2/Json.h"

#include "central_oauth/provider/ProviderError.h"

#include <exception>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::oauth2 {

using Poco::Dynamic::Var;
using provider::ProviderError;
using provider::ProviderErrorKind;

namespace {

[[noreturn]] void refuse(std::string_view what, const std::string& why) {
    throw ProviderError(ProviderErrorKind::protocol, std::string(what) + " " + why);
}

Var parse(const provider::Secret& text, std::string_view what) {
    if (text.empty())
        refuse(what, "is empty");
    if (text.size() > maximumJsonSize)
        refuse(what, "is too large");
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(maximumJsonDepth);
        // A later consumer would truncate a text at a NUL.
        parser.setAllowNullByte(false);
        return parser.parse(std::string(text.reveal()));
    } catch (const std::exception&) {
        refuse(what, "is not JSON of reasonable depth");
    }
}

} // namespace

Poco::JSON::Object::Ptr parseObject(const provider::Secret& text, std::string_view what) {
    const Var document = parse(text, what);
    if (document.type() != typeid(Poco::JSON::Object::Ptr))
        refuse(what, "is not a JSON object");
    return document.extract<Poco::JSON::Object::Ptr>();
}

Poco::JSON::Array::Ptr parseArray(const provider::Secret& text, std::string_view what) {
    const Var document = parse(text, what);
    if (document.type() != typeid(Poco::JSON::Array::Ptr))
        refuse(what, "is not a JSON array");
    return document.extract<Poco::JSON::Array::Ptr>();
}

JsonReader::JsonReader(Poco::JSON::Object::Ptr object, std::string what)
    : _object(std::move(object)), _what(std::move(what)) {}

JsonReader JsonReader::element(const Poco::JSON::Array& array, unsigned index, const std::string& what) {
    const Var value = array.get(index);
    if (value.type() != typeid(Poco::JSON::Object::Ptr))
        refuse(what, "has an element that is not an object");
    return {value.extract<Poco::JSON::Object::Ptr>(), what};
}

std::string JsonReader::text(const std::string& member, std::size_t maximum) const {
    std::string value = optionalText(member, maximum);
    if (value.empty())
        refuse(_what, "has no " + member);
    return value;
}

std::string JsonReader::optionalText(const std::string& member, std::size_t maximum) const {
    const Var value = _object->get(member);
    if (value.isEmpty())
        return {};
    if (!value.isString())
        refuse(_what, "has a " + member + " that is not a string");
    const std::string& text = value.extract<std::string>();
    if (text.size() > maximum)
        refuse(_what, "has a " + member + " that is too long");
    return text;
}

std::string JsonReader::displayText(const std::string& member) const {
    const Var value = _object->get(member);
    return value.isString() ? value.extract<std::string>() : std::string();
}

std::vector<std::string> JsonReader::optionalTexts(const std::string& member, std::size_t maximum) const {
    constexpr std::size_t longest = 256;
    const Var value = _object->get(member);
    if (value.isEmpty())
        return {};
    if (value.type() != typeid(Poco::JSON::Array::Ptr))
        refuse(_what, "has a " + member + " that is not an array");
    const auto& array = *value.extract<Poco::JSON::Array::Ptr>();
    if (array.size() > maximum)
        refuse(_what, "has too many " + member);
    std::vector<std::string> texts;
    for (const Var& element : array) {
        if (element.isEmpty() || !element.isString() || element.extract<std::string>().size() > longest)
            refuse(_what, "has a malformed element in " + member);
        texts.push_back(element.extract<std::string>());
    }
    return texts;
}

} // namespace central_oauth::oauth2
