// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Random.h"

#include "OpenSsl.h"
#include "central_oauth/crypto/Encoding.h"

#include <openssl/rand.h>

namespace central_oauth::crypto {

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (count > 0)
        requireOpenSsl(RAND_bytes(bytesOf(bytes), openSslLength(count)) == 1, "random generator");
    return bytes;
}

Secret randomSecret(std::size_t count) {
    return Secret(randomBytes(count));
}

std::string randomToken(std::size_t bytes) {
    return encodeBase64Url(randomSecret(bytes).reveal());
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
