// SPDX-License-Identifier: Apache-2.0
// Names and ids as people bring them to a command line: typed, pasted, from any keyboard.
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::base {

/// Returns the form in which typed names are compared where no name is exactly equal. Thread-safe.
///
/// Blanks at both ends and invisible characters are dropped, other blanks of any kind become a space, dashes
/// of any kind the hyphen-minus, and full-width characters their ASCII ones. Case, accents and bytes that are
/// no UTF-8 stay. A name of visible ASCII without outer spaces stays as it is.
[[nodiscard]] std::string foldTypedName(std::string_view text);

} // namespace central_oauth::base
