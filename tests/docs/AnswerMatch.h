// SPDX-License-Identifier: Apache-2.0
// Compares an answer with the one that the documentation shows.
#pragma once

#include <string>
#include <vector>

namespace central_oauth::test {

/// Where an answer differs from a documented one, a line each; none if it is as documented. Both are JSON.
///
/// Member names, types and values are equal, at any depth, but
///
///     "cok_…"             the sign … stands for one or more characters
///     ["…"]  {"…": "…"}   any array, any object: documented elsewhere
///     "2026-11-24T…Z"     any time, as a whole or in a longer text
///     link codes          twelve digits stand for twelve digits, plain or in groups of four
///     expires_in          a whole number from 1 to the documented one
///     interval            any whole number from 1 to 60
///     request_id          any text
///     scope               the same words in any order
///
/// Throws: Poco exceptions for what is no JSON. A line never holds more of a credential than its beginning.
[[nodiscard]] std::vector<std::string> differences(const std::string& documented, const std::string& answer);

/// Returns true if the text fits a pattern in which … stands for one or more characters.
[[nodiscard]] bool fits(const std::string& pattern, const std::string& text);

/// Returns the text with every credential and token cut to its beginning.
[[nodiscard]] std::string withoutCredentials(const std::string& text);

} // namespace central_oauth::test
