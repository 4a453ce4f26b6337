// SPDX-License-Identifier: Apache-2.0
// Foreign characters of a value, as an objection to it.
#pragma once

#include "Objection.h"
#include "central_oauth/config/ForeignCharacter.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Returns nullopt if the value is visible ASCII. Never holds the value itself.
[[nodiscard]] inline std::optional<Objection> objectionToCharacters(std::string_view value) {
    const auto foreign = foreignCharacter(value);
    return foreign ? std::optional(Objection{"holds " + *foreign, std::string(foreignCharacterFix())})
                   : std::nullopt;
}

/// Returns nullopt if nothing foreign stands at its ends. Never holds the value itself.
[[nodiscard]] inline std::optional<Objection> objectionToEnds(std::string_view value, LooseText kind) {
    const auto foreign = foreignEnd(value, kind);
    return foreign ? std::optional(Objection{"holds " + *foreign, std::string(foreignEndFix())})
                   : std::nullopt;
}

/// Returns nullopt if nothing foreign stands at the list's ends and no quotation mark in it: what else may be
/// in an entry is for the entry's reader to say. Never holds the value itself.
[[nodiscard]] inline std::optional<Objection> objectionToList(std::string_view value) {
    if (auto foreign = objectionToEnds(value, LooseText::path))
        return foreign;
    return value.find_first_of("\"'`") == std::string_view::npos ? std::nullopt
                                                                 : objectionToCharacters(value);
}

} // namespace central_oauth::config
