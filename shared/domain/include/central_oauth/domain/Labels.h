// SPDX-License-Identifier: Apache-2.0
// Texts that clients set and people read: names of accounts and grant tokens, contacts.
#pragma once

#include <cstddef>
#include <string>

namespace central_oauth::domain {

/// Throws base::Error(invalidRequest) unless the text is empty or all of this holds: it is UTF-8 of at most
/// `longest` code points, none of them controls a terminal or the writing direction, and at least one is
/// visible (base::hasVisibleText). `name` names the text in the error.
void requirePrintable(const std::string& text, std::size_t longest, const std::string& name);

/// As requirePrintable, for a label: at most 64 characters.
void requireLabel(const std::string& text, const std::string& name = "label");

} // namespace central_oauth::domain
