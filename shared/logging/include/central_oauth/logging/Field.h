// SPDX-License-Identifier: Apache-2.0
// A named, typed value of a log message.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace central_oauth::logging {

/// A name and a value that keeps its JSON type: text, whole number, number, boolean.
///
/// Borrows name and text, so it must not outlive the call it is written in; RequestScope makes its own
/// copies. A provider::Secret does not convert to a field, on purpose.
class Field {
public:
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    Field(std::string_view name, std::string_view text) : _name(name), _value(text) {}
    Field(std::string_view name, const std::string& text) : _name(name), _value(std::string_view(text)) {}
    // Without this overload a string literal would become a boolean.
    Field(std::string_view name, const char* text) : _name(name), _value(std::string_view(text)) {}
    Field(std::string_view name, double number) : _name(name), _value(number) {}

    template <std::same_as<bool> Boolean>
    Field(std::string_view name, Boolean value) : _name(name), _value(value) {}

    template <std::signed_integral Number>
    Field(std::string_view name, Number number) : _name(name), _value(static_cast<std::int64_t>(number)) {}

    template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>) Field(std::string_view name, Number number)
        : _name(name), _value(static_cast<std::uint64_t>(number)) {}

    [[nodiscard]] std::string_view name() const noexcept { return _name; }
    [[nodiscard]] const Value& value() const noexcept { return _value; }

private:
    std::string_view _name;
    Value _value;
};

} // namespace central_oauth::logging
