// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Pkce.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"

namespace central_oauth::crypto {

Secret makeCodeVerifier() {
    return Secret(randomToken(32));
}

std::string challengeS256(std::string_view verifier) {
    return encodeBase64Url(sha256(verifier));
}

bool isCodeVerifier(std::string_view text) noexcept {
    return text.size() >= 43 && text.size() <= 128 &&
           base::consistsOf(text, [](char c) { return base::isIdCharacter(c) || c == '.' || c == '~'; });
}

} // namespace central_oauth::crypto
