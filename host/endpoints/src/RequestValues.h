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

/// The bounds of a whole number and what stands for one that was not sent.
struct NumberRule {
    std::int64_t lowest;
    std::int64_t highest;
    std::int64_t otherwise;
};

/// Throws: base::Error(invalidRequest) naming parameter and bounds.
[[nodiscard]] std::int64_t numberParameter(const http::Request& request, const std::string& name,
                                           const NumberRule& rule);

/// The same rule for a number that stands elsewhere, e.g. in a body.
void requireWithin(std::int64_t value, const std::string& name, const NumberRule& rule);

/// Refuses a text that shows nothing (base::hasVisibleText), wherever a caller sends one: an empty value
/// would read as if nothing had been asked for, and open more than was meant, and an invisible one names
/// nobody on the page. `what` names the text for the hint. Throws: base::Error(invalidRequest).
void requireVisible(std::string_view text, const std::string& what);

/// Returns nullopt if the parameter is not sent. Throws: base::Error(invalidRequest) for a value that shows
/// nothing, and for more than 256 bytes.
[[nodiscard]] std::optional<std::string> textParameter(const http::Request& request, const std::string& name);

/// The account that the path names. Returns an empty id, which no account has, for a text that can be no id.
/// Requires: a route with :account_id.
[[nodiscard]] base::AccountId accountIn(const http::Request& request);

/// The link that the path names, in the same way. Requires: a route with :link_id.
[[nodiscard]] base::LinkId linkIn(const http::Request& request);

} // namespace central_oauth::endpoints
