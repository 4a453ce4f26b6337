// SPDX-License-Identifier: Apache-2.0
// Characters that values pick up when they are copied through documents, shells and editors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Returns which character of an id or a secret can't belong to it, as the end of "NAME holds …": "a
/// quotation mark as its first character", "a blank as character 5". Returns nullopt if there is none.
/// Thread-safe.
///
/// Ids and secrets are visible ASCII without quotation marks (RFC 6749 appendix A). Blanks beside a comma are
/// accepted, because some values are lists. The result shows only the position, never the value.
[[nodiscard]] std::optional<std::string> foreignCharacter(std::string_view value);

/// Returns how to fix it, for a message.
[[nodiscard]] std::string_view foreignCharacterFix() noexcept;

/// Kinds of values that may hold more than visible ASCII.
enum class LooseText {
    path, ///< a quotation mark at either end is foreign
    prose ///< quotation marks are foreign only if they enclose the text
};

/// Returns which character can't belong to a path or a prose text, in the form of foreignCharacter: a control
/// character anywhere; a blank, an invisible character or a quotation mark at an end. Returns nullopt if
/// there is none. Thread-safe.
[[nodiscard]] std::optional<std::string> foreignEnd(std::string_view value, LooseText kind);

/// Returns how to fix that, for a message.
[[nodiscard]] std::string_view foreignEndFix() noexcept;

} // namespace central_oauth::config
