// SPDX-License-Identifier: Apache-2.0
// Look-up in a list of header fields.
#include "central_oauth/http/Headers.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <utility>

namespace central_oauth::http {

void Headers::add(std::string name, std::string value) {
    _fields.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string name, std::string value) {
    remove(name);
    add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
    _fields.erase(
        std::remove_if(_fields.begin(), _fields.end(),
                       [name](const Field& field) { return base::equalsIgnoringCase(field.name, name); }),
        _fields.end());
}

std::optional<std::string> Headers::take(std::string_view name) {
    const auto found = std::find_if(_fields.begin(), _fields.end(), [name](const Field& field) {
        return base::equalsIgnoringCase(field.name, name);
    });
    if (found == _fields.end())
        return std::nullopt;
    auto value = std::move(found->value);
    _fields.erase(found);
    return value;
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Field& field : _fields)
        if (base::equalsIgnoringCase(field.name, name))
            return field.value;
    return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Field& field : _fields)
        if (base::equalsIgnoringCase(field.name, name))
            values.emplace_back(field.value);
    return values;
}

} // namespace central_oauth::http
