// SPDX-License-Identifier: Apache-2.0
// Names that clients give to accounts and grant tokens.
#pragma once

#include <cstddef>
#include <string>

namespace central_oauth::services {

/// The most characters (code points) of a label.
constexpr std::size_t longestLabelCharacters = 64;

/// Throws: base::Error(invalidRequest) unless the text is UTF-8 of at most 64 characters, none of which
/// controls a terminal or the direction of writing, and shows something (base::hasVisibleText). An empty
/// label is one. `name` is what the error calls it.
void requireLabel(const std::string& text, const std::string& name = "label");

/// The same of any text that people read, with `longest` characters at the most.
void requirePrintable(const std::string& text, std::size_t longest, const std::string& name);

} // namespace central_oauth::services
