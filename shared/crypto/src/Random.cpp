// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Random.h"

#include "OpenSsl.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Encoding.h"

#include <array>
#include <string_view>

#include <openssl/rand.h>

namespace central_oauth::crypto {

namespace {

void fill(char* bytes, std::size_t count) {
    requireOpenSsl(RAND_bytes(reinterpret_cast<unsigned char*>(bytes), openSslLength(count)) == 1,
                   "random generator");
}

} // namespace

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (count > 0)
        fill(bytes.data(), count);
    return bytes;
}

Secret randomSecret(std::size_t count) {
    return Secret(randomBytes(count));
}

std::string randomToken(std::size_t bytes) {
    return encodeBase64Url(randomSecret(bytes).reveal());
}

std::string randomId(std::size_t bytes) {
    constexpr std::size_t blockSize = 512;
    struct Block {
        std::array<char, blockSize> bytes{};
        std::size_t used = blockSize;
    };
    thread_local Block block;
    if (bytes > blockSize - block.used) {
        if (bytes > blockSize)
            throw base::Error(base::ErrorCode::internal, {}, "cryptography: an id longer than 512 bytes");
        fill(block.bytes.data(), block.bytes.size());
        block.used = 0;
    }
    const std::string_view id(block.bytes.data() + block.used, bytes);
    block.used += bytes;
    return encodeBase64Url(id);
}

std::string randomDigits(std::size_t count) {
    // The largest multiple of ten in a byte: larger values would make the digits 0 to 5 more likely.
    constexpr unsigned char limit = 250;
    std::string digits;
    digits.reserve(count);
    while (digits.size() < count) {
        const Secret bytes = randomSecret(count - digits.size());
        for (const char raw : bytes.reveal()) {
            const auto byte = static_cast<unsigned char>(raw);
            if (byte < limit)
                digits.push_back(static_cast<char>('0' + byte % 10));
        }
    }
    return digits;
}

} // namespace central_oauth::crypto
