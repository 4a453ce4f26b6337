// SPDX-License-Identifier: Apache-2.0
// The bearer credentials that this service issues: client keys, link secrets and grant tokens.
#pragma once

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

using base::CredentialKind;
using provider::Secret;

/// A credential at its birth: the only moment at which its text exists here.
///
/// Format: prefix 4 · key id 12 (9 random bytes) · secret 43 (32 random bytes) · checksum 6, all after the
/// prefix in base64url. The checksum is the beginning of the base64url of the SHA-256 of everything before
/// it.
struct IssuedCredential {
    Secret text;
    std::string keyId; ///< names it in lists and logs; no secret
    std::string hash;  ///< 32 bytes: SHA-256 of the whole text, all that is kept
};

/// What a presented credential says of itself; whether it exists is for the store to tell, by its hash.
struct ParsedCredential {
    CredentialKind kind;
    std::string keyId;
    std::string hash; ///< 32 bytes: SHA-256 of the whole text
};

/// A fresh credential. Throws: base::Error(internal) if the generator fails. [any thread]
[[nodiscard]] IssuedCredential issueCredential(CredentialKind kind);

/// Reads a credential; nothing if prefix, length, alphabet or checksum are wrong, so that a typing error
/// costs no look-up. [any thread]
[[nodiscard]] std::optional<ParsedCredential> parseCredential(std::string_view text);

} // namespace central_oauth::crypto
