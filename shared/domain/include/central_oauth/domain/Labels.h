// SPDX-License-Identifier: Apache-2.0
// Texts that clients give and people read: names of accounts and grant tokens, contacts.
#pragma once

#include <cstddef>
#include <string>

namespace central_oauth::domain {

/// Throws: base::Error(invalidRequest) unless the text is UTF-8 of at most `longest` characters (code
/// points), none of which controls a terminal or the direction of writing, and shows something
/// (base::hasVisibleText). An empty text is allowed. `name` is what the error calls it.
void requirePrintable(const std::string& text, std::size_t longest, const std::string& name);

/// As requirePrintable, with the length of a label: 64 characters.
void requireLabel(const std::string& text, const std::string& name = "label");

} // namespace central_oauth::domain
