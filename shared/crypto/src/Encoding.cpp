// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Encoding.h"

#include "OpenSsl.h"
#include "central_oauth/base/Text.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace central_oauth::crypto {

namespace {

// OpenSSL supports only the alphabet of RFC 4648 section 4, with padding.
std::string toPaddedBase64(std::string_view text) {
    std::string padded;
    padded.reserve(text.size() + 2);
    padded = text;
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    padded.append((4 - text.size() % 4) % 4, '=');
    return padded;
}

} // namespace

std::string encodeBase64Url(std::string_view bytes) {
    // One extra byte: EVP_EncodeBlock appends a zero.
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(bytesOf(text), bytesOf(bytes), openSslLength(bytes.size()));
    text.resize((bytes.size() * 4 + 2) / 3);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::optional<std::string> decodeBase64Url(std::string_view text) {
    if (text.size() % 4 == 1 || !isBase64UrlText(text))
        return std::nullopt;
    std::string padded = toPaddedBase64(text);
    std::string bytes(padded.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(bytesOf(bytes), bytesOf(padded), openSslLength(padded.size()));
    OPENSSL_cleanse(padded.data(), padded.size());
    if (length < 0)
        return std::nullopt;
    bytes.resize(text.size() * 3 / 4);
    // Unused bits of the last character must be zero; otherwise one value would have several texts.
    if (encodeBase64Url(bytes) != text)
        return std::nullopt;
    return bytes;
}

bool isBase64UrlText(std::string_view text) noexcept {
    return base::consistsOf(text, base::isIdCharacter);
}

std::string encodeHex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char raw : bytes) {
        const auto byte = static_cast<unsigned char>(raw);
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

std::optional<std::string> decodeHex(std::string_view text) {
    if (text.size() % 2 != 0)
        return std::nullopt;
    std::string bytes(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = base::parseNumber<unsigned char>(text.substr(2 * i, 2), 16);
        if (!byte) {
            OPENSSL_cleanse(bytes.data(), bytes.size());
            return std::nullopt;
        }
        bytes[i] = static_cast<char>(*byte);
    }
    return bytes;
}

} // namespace central_oauth::crypto
