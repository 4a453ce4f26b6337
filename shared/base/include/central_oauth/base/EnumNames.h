// SPDX-License-Identifier: Apache-2.0
// Names of enumerators on the wire and on disk, each written once.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace central_oauth::base {

/// An enumerator and its name.
template <class Enum>
struct EnumName {
    Enum value;
    std::string_view name;
};

/// A table of all enumerators of a type, in any order. A table with more columns is an array of a row type
/// that has these two members and others; the functions below accept it, too.
template <class Enum, std::size_t Count>
using EnumNames = std::array<EnumName<Enum>, Count>;

/// Returns the row of an enumerator, or null if there is none. Valid as long as the table.
template <class Row, std::size_t Count>
[[nodiscard]] constexpr const Row* rowIn(const std::array<Row, Count>& rows,
                                         decltype(Row::value) value) noexcept {
    for (const auto& each : rows)
        if (each.value == value)
            return &each;
    return nullptr;
}

/// Returns the name, or `otherwise` if the table has no such value.
template <class Row, std::size_t Count>
[[nodiscard]] constexpr std::string_view nameIn(const std::array<Row, Count>& rows,
                                                decltype(Row::value) value,
                                                std::string_view otherwise = {}) noexcept {
    const Row* const row = rowIn(rows, value);
    return row != nullptr ? row->name : otherwise;
}

/// Returns the enumerator with that name, or nullopt.
template <class Row, std::size_t Count>
[[nodiscard]] constexpr std::optional<decltype(Row::value)> valueIn(const std::array<Row, Count>& rows,
                                                                    std::string_view name) noexcept {
    for (const auto& each : rows)
        if (each.name == name)
            return each.value;
    return std::nullopt;
}

/// Returns whether the table has each enumerator up to `last` exactly once, for a static_assert beside the
/// table. Requires: the enumerators count up from zero.
template <class Row, std::size_t Count>
[[nodiscard]] constexpr bool isComplete(const std::array<Row, Count>& rows,
                                        decltype(Row::value) last) noexcept {
    if (Count != static_cast<std::size_t>(last) + 1)
        return false;
    for (std::size_t i = 0; i < Count; ++i) {
        std::size_t found = 0;
        for (const auto& each : rows)
            if (each.value == static_cast<decltype(Row::value)>(i) && !each.name.empty())
                ++found;
        if (found != 1)
            return false;
    }
    return true;
}

} // namespace central_oauth::base
