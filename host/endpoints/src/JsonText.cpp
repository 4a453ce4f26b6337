// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/JsonText.h"

#include "central_oauth/base/Text.h"

#include <utility>

#include <Poco/JSONString.h>

namespace central_oauth::endpoints {

namespace {

// Poco decodes and looks at each character; most texts need no escape.
void append(std::string& json, std::string_view text) {
    if (base::isPlainJson(text)) {
        json += '"';
        json += text;
        json += '"';
    } else {
        json += Poco::toJSON(std::string(text), Poco::JSON_WRAP_STRINGS);
    }
}

} // namespace

JsonArray::JsonArray(const std::vector<std::string>& texts) {
    for (const auto& text : texts)
        add(text);
}

JsonArray& JsonArray::add(std::string_view text) {
    beginItem();
    append(_text, text);
    return *this;
}

JsonArray& JsonArray::add(const JsonObject& object) {
    beginItem();
    _text += object.text();
    return *this;
}

void JsonArray::beginItem() {
    if (std::exchange(_hasItems, true))
        _text += ',';
}

JsonObject& JsonObject::set(std::string_view name, std::string_view text) {
    beginMember(name);
    append(_text, text);
    return *this;
}

JsonObject& JsonObject::set(std::string_view name, const std::optional<base::Timestamp>& time) {
    return time ? set(name, base::formatRfc3339(*time)) : set(name, nullptr);
}

void JsonObject::beginMember(std::string_view name) {
    if (std::exchange(_hasMembers, true))
        _text += ',';
    append(_text, name);
    _text += ':';
}

JsonObject& JsonObject::setRaw(std::string_view name, std::string_view json) {
    beginMember(name);
    _text += json;
    return *this;
}

} // namespace central_oauth::endpoints
