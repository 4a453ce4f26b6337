// SPDX-License-Identifier: Apache-2.0
// What can be checked of a page by machine: WCAG 2.2 contrast, names, keyboard, width, and what it may load.
#pragma once

#include "../support/WebDriver.h"

#include <string>
#include <vector>

namespace central_oauth::test {

/// Every fault of the page that the browser shows, as it is sized and coloured now; empty: none.
///
/// Each begins with its kind and a colon: contrast, label, overflow, keyboard, outline, heading, language,
/// main, title, script, style, resource, image. Moves the focus.
[[nodiscard]] std::vector<std::string> faultsOf(BrowserSession& browser);

/// The scripts behind it, run in the page.
namespace page_script {
extern const char* const watchFocus; ///< begins to note what gets the focus; the number of tab stops
extern const char* const looks;      ///< returns the faults of everything but the keyboard
extern const char* const keyboard;   ///< returns the faults of what the focus has visited
} // namespace page_script

} // namespace central_oauth::test
