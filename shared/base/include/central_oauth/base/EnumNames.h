// SPDX-License-Identifier: Apache-2.0
// Enumerators and their names on the wire and on disk, each written once.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace central_oauth::base {

/// One enumerator and its name.
template <class Enum>
struct EnumName {
    Enum value;
    std::string_view name;
};

/// A table of all enumerators of a type, in any order.
template <class Enum, std::size_t Count>
using EnumNames = std::array<EnumName<Enum>, Count>;

/// Returns the name, or an empty view for a value without one.
template <class Enum, std::size_t Count>
[[nodiscard]] constexpr std::string_view nameIn(const EnumNames<Enum, Count>& names, Enum value) noexcept {
    for (const auto& each : names)
        if (each.value == value)
            return each.name;
    return {};
}

/// Returns the enumerator of that name, or nullopt for an unknown one.
template <class Enum, std::size_t Count>
[[nodiscard]] constexpr std::optional<Enum> valueIn(const EnumNames<Enum, Count>& names,
                                                    std::string_view name) noexcept {
    for (const auto& each : names)
        if (each.name == name)
            return each.value;
    return std::nullopt;
}

/// Whether the table names each enumerator up to `last` exactly once. For a static_assert beside the table;
/// the enumerators count up from zero.
template <class Enum, std::size_t Count>
[[nodiscard]] constexpr bool isComplete(const EnumNames<Enum, Count>& names, Enum last) noexcept {
    if (Count != static_cast<std::size_t>(last) + 1)
        return false;
    for (std::size_t i = 0; i < Count; ++i) {
        std::size_t found = 0;
        for (const auto& each : names)
            if (each.value == static_cast<Enum>(i) && !each.name.empty())
                ++found;
        if (found != 1)
            return false;
    }
    return true;
}

} // namespace central_oauth::base
