// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Credential.h"

#include "Sha256.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"

#include <utility>

namespace central_oauth::crypto {

namespace {

constexpr std::size_t prefixSize = base::credentialPrefixSize;
constexpr std::size_t randomIdBytes = 9;
constexpr std::size_t shownIdSize = 12;
constexpr std::size_t secretBytes = 32;
constexpr std::size_t secretSize = 43;
constexpr std::size_t checksumSize = 6;
constexpr std::size_t checkedSize = prefixSize + shownIdSize + secretSize;

std::string checksumOf(std::string_view checkedText) {
    Sha256 digest;
    digest.add(checkedText);
    DigestBytes bytes{};
    digest.end(bytes);
    // Each character is of six bits, so these bytes are enough, and neither text needs heap memory.
    return encodeBase64Url(viewOf(bytes).substr(0, checksumSize)).substr(0, checksumSize);
}

std::string makeKeyId() {
    std::string keyId = randomToken(randomIdBytes);
    // No leading "-": a command line would take the id for an option.
    while (keyId.front() == '-')
        keyId = randomToken(randomIdBytes);
    return keyId;
}

} // namespace

IssuedCredential issueCredential(CredentialKind kind) {
    std::string keyId = makeKeyId();
    const Secret secret(randomToken(secretBytes));
    std::string text;
    // Reserve all: reallocation would leave copies of the secret behind.
    text.reserve(checkedSize + checksumSize);
    text += base::prefixOf(kind);
    text += keyId;
    text += secret.reveal();
    text += checksumOf(text);
    std::string hash = sha256(text);
    return {Secret(std::move(text)), std::move(keyId), std::move(hash)};
}

std::optional<ParsedCredential> parseCredential(std::string_view text) {
    const auto kind = base::credentialKindOf(text);
    if (!kind || text.size() != checkedSize + checksumSize || !isBase64UrlText(text))
        return std::nullopt;
    if (!constantTimeEquals(checksumOf(text.substr(0, checkedSize)), text.substr(checkedSize)))
        return std::nullopt;
    return ParsedCredential{*kind, std::string(text.substr(prefixSize, shownIdSize)), sha256(text)};
}

} // namespace central_oauth::crypto
