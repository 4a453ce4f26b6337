// SPDX-License-Identifier: Apache-2.0
// Names and ids as people enter them on a command line: typed or pasted, from any keyboard.
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::base {

/// Returns the form in which typed names are compared if no name matches exactly. Thread-safe.
///
/// Removes blanks at both ends and invisible characters. Replaces other blanks by spaces, dashes by the
/// hyphen-minus and full-width characters by ASCII ones. Keeps case, accents and bytes that are not UTF-8. A
/// name of visible ASCII without outer spaces stays unchanged.
[[nodiscard]] std::string foldTypedName(std::string_view text);

} // namespace central_oauth::base
