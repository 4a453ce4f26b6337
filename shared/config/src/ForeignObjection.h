// SPDX-License-Identifier: Apache-2.0
// Objections to values that hold foreign characters.
#pragma once

#include "Objection.h"
#include "central_oauth/config/ForeignCharacter.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Returns nullopt if the value is visible ASCII. The result never holds the value.
[[nodiscard]] inline std::optional<Objection> objectionToCharacters(std::string_view value) {
    const auto foreign = foreignCharacter(value);
    return foreign ? std::optional(Objection{"holds " + *foreign, std::string(foreignCharacterFix())})
                   : std::nullopt;
}

/// Returns nullopt if neither end holds a foreign character. The result never holds the value.
[[nodiscard]] inline std::optional<Objection> objectionToEnds(std::string_view value, LooseText kind) {
    const auto foreign = foreignEnd(value, kind);
    return foreign ? std::optional(Objection{"holds " + *foreign, std::string(foreignEndFix())})
                   : std::nullopt;
}

/// Returns nullopt if neither end of the list holds a foreign character and the list holds no quotation mark;
/// the parser of each entry checks the rest. The result never holds the value.
[[nodiscard]] inline std::optional<Objection> objectionToList(std::string_view value) {
    if (auto foreign = objectionToEnds(value, LooseText::path))
        return foreign;
    return value.find_first_of("\"'`") == std::string_view::npos ? std::nullopt
                                                                 : objectionToCharacters(value);
}

} // namespace central_oauth::config
