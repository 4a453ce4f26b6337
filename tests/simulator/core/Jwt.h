// SPDX-License-Identifier: Apache-2.0
// Token strings that look like Atlassian's: three base64url parts, RS256 in the header, any length.
#pragma once

#include "core/Model.h"
#include "core/Random.h"

#include <cstddef>
#include <string>

namespace central_oauth::simulator {

inline constexpr std::size_t smallestJwt = 200;
inline constexpr std::size_t largestJwt = 16000;

struct JwtClaims {
    std::string use; ///< "access", "refresh" or "code"
    std::string subject;
    std::string audience;
    Time issued;
    Time expires;
};

/// Returns a unique string of exactly `length` characters, kept within smallestJwt and largestJwt. Its
/// signature is random and its key id names the simulator, so that it can't pass for a real token. Short
/// strings carry fewer claims.
[[nodiscard]] std::string makeJwt(Random& random, const JwtClaims& claims, std::size_t length);

/// Returns base64url without padding (RFC 4648 section 5).
[[nodiscard]] std::string toBase64Url(const std::string& bytes);

} // namespace central_oauth::simulator
