// SPDX-License-Identifier: Apache-2.0
// The successful answer of a token endpoint (RFC 6749 section 5.1).
#pragma once

#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <cstddef>

#include <Poco/JSON/Object.h>

namespace central_oauth::oauth2 {

/// The largest token in bytes. A larger one is refused, not truncated.
inline constexpr std::size_t maximumTokenSize = std::size_t{16} * 1024;

/// Reads tokens, lifetime and scopes. Ignores unknown members.
///
/// - `access_token`: 1 byte to 16 KiB. `refresh_token`: as access_token, or absent.
/// - `token_type`: absent, or "bearer" in any case.
/// - `scope` or `scopes`: a text or an array; none if absent. Omits malformed scopes.
/// - `expires_in`: a number or a numeric text, rounded down; `defaultLifetime` if it is absent or null. More
///   than a day counts as a day. Less than one second, or a text that is not a number, counts as a minute: by
///   then a rotated refresh token exists and must not be lost.
///
/// Throws: ProviderError(protocol) that names the member.
[[nodiscard]] provider::TokenSet readTokenSet(const Poco::JSON::Object::Ptr& object,
                                              std::chrono::seconds defaultLifetime);

} // namespace central_oauth::oauth2
