// SPDX-License-Identifier: Apache-2.0
// Header fields of a request or an answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// An ordered list of header fields. Names compare without case and may repeat.
///
/// A value. Checks nothing: RequestGuard checks received fields, Response checks sent ones.
class Headers {
public:
    struct Field {
        std::string name;
        std::string value;
    };

    /// Adds a field. Keeps others of the same name.
    void add(std::string name, std::string value);

    /// Replaces all fields of that name by this one.
    void set(std::string name, std::string value);

    /// Removes all fields of that name.
    void remove(std::string_view name);

    /// Removes the first field of that name, and returns its value.
    [[nodiscard]] std::optional<std::string> take(std::string_view name);

    /// Makes room for that many fields.
    void reserve(std::size_t fields) { _fields.reserve(fields); }

    /// Returns the value of the first field of that name; valid until this object changes.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    /// Returns the values of all fields of that name in order of arrival; valid until this object changes.
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;

    [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name).has_value(); }
    [[nodiscard]] std::size_t size() const noexcept { return _fields.size(); }
    [[nodiscard]] auto begin() const noexcept { return _fields.begin(); }
    [[nodiscard]] auto end() const noexcept { return _fields.end(); }

private:
    std::vector<Field> _fields;
};

} // namespace central_oauth::http
