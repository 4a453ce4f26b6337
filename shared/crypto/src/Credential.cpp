// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Credential.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"

#include <array>
#include <utility>

namespace central_oauth::crypto {

namespace {

constexpr std::size_t prefixSize = 4;
constexpr std::size_t keyIdBytes = 9;
constexpr std::size_t keyIdSize = 12;
constexpr std::size_t secretBytes = 32;
constexpr std::size_t secretSize = 43;
constexpr std::size_t checksumSize = 6;
constexpr std::size_t checkedSize = prefixSize + keyIdSize + secretSize;

constexpr std::array allKinds{CredentialKind::confidentialClientKey, CredentialKind::publicClientKey,
                              CredentialKind::linkSecret, CredentialKind::grantToken};

std::optional<CredentialKind> findKind(std::string_view text) noexcept {
    for (const CredentialKind kind : allKinds)
        if (text.starts_with(credentialPrefix(kind)))
            return kind;
    return std::nullopt;
}

std::string checksumOf(std::string_view checkedText) {
    return encodeBase64Url(sha256(checkedText)).substr(0, checksumSize);
}

std::string makeKeyId() {
    std::string keyId = randomToken(keyIdBytes);
    // An id in front of which a command line needs no "--".
    while (keyId.front() == '-')
        keyId = randomToken(keyIdBytes);
    return keyId;
}

} // namespace

std::string_view credentialPrefix(CredentialKind kind) noexcept {
    switch (kind) {
    case CredentialKind::confidentialClientKey:
        return "cok_";
    case CredentialKind::publicClientKey:
        return "cop_";
    case CredentialKind::linkSecret:
        return "cos_";
    case CredentialKind::grantToken:
        return "cog_";
    }
    return {};
}

IssuedCredential issueCredential(CredentialKind kind) {
    std::string keyId = makeKeyId();
    const Secret secret(randomToken(secretBytes));
    std::string text;
    // All at once: growing would leave copies of the secret behind.
    text.reserve(checkedSize + checksumSize);
    text += credentialPrefix(kind);
    text += keyId;
    text += secret.reveal();
    text += checksumOf(text);
    std::string hash = sha256(text);
    return {Secret(std::move(text)), std::move(keyId), std::move(hash)};
}

std::optional<ParsedCredential> parseCredential(std::string_view text) {
    const auto kind = findKind(text);
    if (!kind || text.size() != checkedSize + checksumSize || !isBase64UrlText(text))
        return std::nullopt;
    if (!constantTimeEquals(checksumOf(text.substr(0, checkedSize)), text.substr(checkedSize)))
        return std::nullopt;
    return ParsedCredential{*kind, std::string(text.substr(prefixSize, keyIdSize)), sha256(text)};
}

bool looksLikeCredential(std::string_view text) noexcept {
    return findKind(text).has_value();
}

} // namespace central_oauth::crypto
