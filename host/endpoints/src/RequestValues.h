// SPDX-License-Identifier: Apache-2.0
// Typed values of parameters, of the path and of the query.
#pragma once

#include "central_oauth/base/StrongId.h"
#include "central_oauth/http/Request.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::endpoints {

/// Throws: base::Error(invalidRequest) with the hint.
[[noreturn]] void refuse(const std::string& hint);

/// The bounds of a whole number, and its value if it was not sent.
struct NumberRule {
    std::int64_t lowest;
    std::int64_t highest;
    std::int64_t otherwise;
};

/// Returns the parameter's whole number.
/// Throws: base::Error(invalidRequest) naming parameter and bounds.
[[nodiscard]] std::int64_t numberParameter(const http::Request& request, const std::string& name,
                                           const NumberRule& rule);

/// Applies the same rule to a number from elsewhere, such as a body.
/// Throws: base::Error(invalidRequest).
void requireWithin(std::int64_t value, const std::string& name, const NumberRule& rule);

/// Refuses a text that shows nothing (base::hasVisibleText). An empty filter would match more than was meant,
/// and an invisible name would name nobody on the page. `what` names the text for the hint.
/// Throws: base::Error(invalidRequest).
void requireVisible(std::string_view text, const std::string& what);

/// Returns the parameter's text, or nullopt if it was not sent.
/// Throws: base::Error(invalidRequest) for a value that shows nothing, and for more than 256 bytes.
[[nodiscard]] std::optional<std::string> textParameter(const http::Request& request, const std::string& name);

/// Returns the account's id in the path, or an empty id, which no account has, for a malformed one.
/// Requires: a route with :account_id.
[[nodiscard]] base::AccountId accountIn(const http::Request& request);

/// Returns the link's id in the path, in the same way.
/// Requires: a route with :link_id.
[[nodiscard]] base::LinkId linkIn(const http::Request& request);

} // namespace central_oauth::endpoints
