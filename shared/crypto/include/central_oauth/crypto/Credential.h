// SPDX-License-Identifier: Apache-2.0
// The bearer credentials that this service issues: client keys, link secrets and grant tokens. Thread-safe.
#pragma once

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

using base::CredentialKind;
using provider::Secret;

/// A new credential. Its text exists only here, at its creation.
///
/// Format: prefix 4 · key id 12 (9 random bytes) · secret 43 (32 random bytes) · checksum 6. All parts after
/// the prefix are base64url. The checksum is the start of the base64url of the SHA-256 of everything before
/// it.
struct IssuedCredential {
    Secret text;
    std::string keyId; ///< names the credential in lists and logs; not secret
    std::string hash;  ///< 32 bytes: SHA-256 of the whole text, the only part that is stored
};

/// The parts of a presented credential. It may not exist: look its hash up in the store.
struct ParsedCredential {
    CredentialKind kind;
    std::string keyId;
    std::string hash; ///< 32 bytes: SHA-256 of the whole text
};

/// Returns a new credential.
/// Throws: base::Error(internal) if the generator fails.
[[nodiscard]] IssuedCredential issueCredential(CredentialKind kind);

/// Parses a credential. Returns nullopt if prefix, length, alphabet or checksum are wrong, so that a typing
/// error needs no look-up.
[[nodiscard]] std::optional<ParsedCredential> parseCredential(std::string_view text);

} // namespace central_oauth::crypto
