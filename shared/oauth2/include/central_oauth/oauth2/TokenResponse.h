// SPDX-License-Identifier: Apache-2.0
// The successful answer of a token endpoint (RFC 6749 section 5.1).
#pragma once

#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <cstddef>

#include <Poco/JSON/Object.h>

namespace central_oauth::oauth2 {

/// Bytes of a token; a longer one is refused, not cut.
inline constexpr std::size_t maximumTokenSize = 16 * 1024;

/// Reads tokens, lifetime and scopes; members it does not know are tolerated.
///
/// `access_token` 1 to 16 KiB, `refresh_token` the same or absent; `token_type` absent or "bearer" in any
/// case; `scope` or `scopes` as text or array, absent: none; a malformed scope is left out. `expires_in` a
/// number or a numeric text, rounded down; where it is absent or null, `defaultLifetime`. Less than one
/// second, and what is no number, counts as a minute, because by then a rotated refresh token exists and must
/// not be thrown away for it; more than a day counts as a day. Throws: ProviderError(protocol) naming the
/// member.
[[nodiscard]] provider::TokenSet readTokenSet(const Poco::JSON::Object::Ptr& object,
                                              std::chrono::seconds defaultLifetime);

} // namespace central_oauth::oauth2
