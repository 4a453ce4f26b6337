// SPDX-License-Identifier: Apache-2.0
// Automatic checks of a page: WCAG 2.2 contrast, names, keyboard, width, and what it may load.
#pragma once

#include "../support/WebDriver.h"

#include <string>
#include <vector>

namespace central_oauth::test {

/// Returns every fault of the current page at its current size and colours; none if it has none.
///
/// Each fault begins with its kind and a colon: contrast, label, overflow, keyboard, outline, heading,
/// language, main, title, script, style, resource, image. Moves the focus.
[[nodiscard]] std::vector<std::string> faultsOf(BrowserSession& browser);

/// The scripts that these checks run in the page.
namespace page_script {
extern const char* const watchFocus; ///< starts to record the focus; returns the number of tab stops
extern const char* const looks;      ///< returns the faults of everything but the keyboard
extern const char* const keyboard;   ///< returns the faults of the visited elements
} // namespace page_script

} // namespace central_oauth::test
