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

/// For an object or array that is written at its place in another one.
struct AtItsPlace {};

/// A JSON array without white space. Not thread-safe.
class JsonArray {
public:
    JsonArray() = default;
    explicit JsonArray(const std::vector<std::string>& texts);

    JsonArray& add(std::string_view text);
    JsonArray& add(const JsonObject& object);
    /// Adds an object that `fill(object)` writes at its place, without a copy.
    template <class Fill>
    JsonArray& addObject(const Fill& fill);

    [[nodiscard]] std::string text() const& { return _text + ']'; }
    [[nodiscard]] std::string text() && { return std::move(_text += ']'); }

private:
    friend class JsonObject;
    JsonArray(AtItsPlace, std::string before) : _text(std::move(before += '[')) {}
    void beginItem();

    std::string _text = "["; ///< with the text before the array, if it is written at its place
    bool _hasItems = false;
};

/// A JSON object without white space. Requires: each name is set once, because an earlier member is not
/// replaced. Not thread-safe.
class JsonObject {
public:
    JsonObject() = default;
    /// Makes room for that many bytes.
    explicit JsonObject(std::size_t expected) { _text.reserve(expected); }

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
    JsonObject& set(std::string_view name, const JsonObject& object) {
        setRaw(name, object._text)._text += '}';
        return *this;
    }
    JsonObject& set(std::string_view name, const JsonArray& array) { return setRaw(name, array.text()); }

    /// Sets a member to an object or array that `fill(object)` or `fill(array)` writes at its place, without
    /// a copy.
    template <class Fill>
    JsonObject& setObject(std::string_view name, const Fill& fill) {
        beginMember(name);
        JsonObject object(AtItsPlace{}, std::move(_text));
        fill(object);
        _text = std::move(object).text();
        return *this;
    }
    template <class Fill>
    JsonObject& setArray(std::string_view name, const Fill& fill) {
        beginMember(name);
        JsonArray array(AtItsPlace{}, std::move(_text));
        fill(array);
        _text = std::move(array).text();
        return *this;
    }

    [[nodiscard]] std::string text() const& { return _text + '}'; }
    [[nodiscard]] std::string text() && { return std::move(_text += '}'); }

private:
    friend class JsonArray;
    JsonObject(AtItsPlace, std::string before) : _text(std::move(before += '{')) {}
    void beginMember(std::string_view name);
    JsonObject& setRaw(std::string_view name, std::string_view json);

    std::string _text = "{"; ///< with the text before the object, if it is written at its place
    bool _hasMembers = false;
};

template <class Fill>
JsonArray& JsonArray::addObject(const Fill& fill) {
    beginItem();
    JsonObject object(AtItsPlace{}, std::move(_text));
    fill(object);
    _text = std::move(object).text();
    return *this;
}

} // namespace central_oauth::endpoints
