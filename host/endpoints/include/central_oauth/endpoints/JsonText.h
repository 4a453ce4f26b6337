// SPDX-License-Identifier: Apache-2.0
// JSON as it is written: each member is appended to the text at once, in the order of the calls.
#pragma once

#include "central_oauth/base/Clock.h"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::endpoints {

class JsonObject;

/// A JSON array without white space. Not thread-safe.
class JsonArray {
public:
    JsonArray() = default;
    explicit JsonArray(const std::vector<std::string>& texts);

    JsonArray& add(std::string_view text);
    JsonArray& add(const JsonObject& object);

    [[nodiscard]] std::string text() const { return _text + ']'; }

private:
    void beginItem();

    std::string _text = "[";
};

/// A JSON object without white space. Requires: each name is set once, because an earlier member is not
/// replaced. Not thread-safe.
class JsonObject {
public:
    JsonObject& set(std::string_view name, std::string_view text);
    JsonObject& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
    JsonObject& set(std::string_view name, const std::string& text) {
        return set(name, std::string_view(text));
    }
    template <std::same_as<bool> Flag>
    JsonObject& set(std::string_view name, Flag flag) {
        return setRaw(name, flag ? "true" : "false");
    }
    template <std::integral Number>
    requires(!std::same_as<Number, bool>) JsonObject& set(std::string_view name, Number number) {
        return setRaw(name, std::to_string(number));
    }
    JsonObject& set(std::string_view name, std::nullptr_t) { return setRaw(name, "null"); }
    /// A time as RFC 3339 has it, or null.
    JsonObject& set(std::string_view name, const std::optional<base::Timestamp>& time);
    JsonObject& set(std::string_view name, const JsonObject& object) { return setRaw(name, object.text()); }
    JsonObject& set(std::string_view name, const JsonArray& array) { return setRaw(name, array.text()); }

    [[nodiscard]] std::string text() const& { return _text + '}'; }
    [[nodiscard]] std::string text() && { return std::move(_text += '}'); }

private:
    void beginMember(std::string_view name);
    JsonObject& setRaw(std::string_view name, std::string_view json);

    std::string _text = "{";
};

} // namespace central_oauth::endpoints
