// SPDX-License-Identifier: Apache-2.0
// What values pick up on their way through documents, shells and editors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Says what an id or a secret holds that cannot belong to it, as the end of "NAME holds …": "a quotation
/// mark as its first character", "a blank as character 5". Returns nullopt if there is nothing of that kind.
/// Thread-safe.
///
/// Such values are visible ASCII without quotation marks (RFC 6749 appendix A). Blanks beside a comma pass:
/// some values are lists. Of the value itself only the place is told.
[[nodiscard]] std::optional<std::string> foreignCharacter(std::string_view value);

/// What to do about it, for a message.
[[nodiscard]] std::string_view foreignCharacterFix() noexcept;

/// What a value may hold that is not visible ASCII throughout.
enum class LooseText {
    path, ///< a quotation mark at either end is none of its own
    prose ///< quotation marks are foreign only if they enclose it
};

/// Says what does not belong to a path or a prose text, in the words of foreignCharacter: a control character
/// anywhere; a blank, an invisible character or a quotation mark at an end. Returns nullopt if there is
/// nothing of that kind. Thread-safe.
[[nodiscard]] std::optional<std::string> foreignEnd(std::string_view value, LooseText kind);

/// What to do about that, for a message.
[[nodiscard]] std::string_view foreignEndFix() noexcept;

} // namespace central_oauth::config
