// SPDX-License-Identifier: Apache-2.0
// The bearer credentials that this service issues: client keys, link secrets and grant tokens.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

/// What a credential opens; each has its own prefix (on the wire, do not rename).
enum class CredentialKind {
    confidentialClientKey, ///< cok_
    publicClientKey,       ///< cop_
    linkSecret,            ///< cos_
    grantToken,            ///< cog_
};

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

/// The prefix of a kind, e.g. "cok_".
[[nodiscard]] std::string_view credentialPrefix(CredentialKind kind) noexcept;

/// A fresh credential. Throws: base::Error(internal) if the generator fails. [any thread]
[[nodiscard]] IssuedCredential issueCredential(CredentialKind kind);

/// Reads a credential; nothing if prefix, length, alphabet or checksum are wrong, so that a typing error
/// costs no look-up. [any thread]
[[nodiscard]] std::optional<ParsedCredential> parseCredential(std::string_view text);

/// Whether a text begins like a credential, well-formed or not. [any thread]
[[nodiscard]] bool looksLikeCredential(std::string_view text) noexcept;

} // namespace central_oauth::crypto
