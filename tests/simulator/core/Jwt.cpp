// SPDX-License-Identifier: Apache-2.0
#include "core/Jwt.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {
namespace {

const std::string padKey = R"(,"pad":")";

std::int64_t unixTime(Time time) {
    return std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count();
}

std::string claimsText(const std::string& id, const JwtClaims* claims) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("jti", id);
    if (claims != nullptr) {
        object.set("sub", claims->subject);
        object.set("iss", "https://atlassian-sim.invalid");
        object.set("aud", claims->audience);
        object.set("iat", unixTime(claims->issued));
        object.set("exp", unixTime(claims->expires));
        object.set("use", claims->use);
        object.set("note", "made by atlassian-sim, worth nothing");
    }
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

std::string payload(Random& random, const JwtClaims& claims, std::size_t size) {
    const std::string id = random.base64Url(22);
    std::string text = claimsText(id, &claims);
    if (text.size() + padKey.size() + 1 > size)
        text = claimsText(id, nullptr);
    text.pop_back();
    text += padKey;
    const std::size_t used = text.size() + 2;
    text += random.base64Url(size > used ? size - used : 0);
    return text + "\"}";
}

} // namespace

std::string toBase64Url(const std::string& bytes) {
    // Plain pointers: a debug build makes thousands of tokens in a load test.
    const char* const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    char* out = text.data();
    const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, in += 3) {
        const std::uint32_t group = (std::uint32_t{in[0]} << 16) | (std::uint32_t{in[1]} << 8) | in[2];
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[(group >> 12) & 63];
        *out++ = alphabet[(group >> 6) & 63];
        *out++ = alphabet[group & 63];
    }
    if (left == 0)
        return text;
    const std::uint32_t group = (std::uint32_t{in[0]} << 16) | (left == 2 ? std::uint32_t{in[1]} << 8 : 0);
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[(group >> 12) & 63];
    if (left == 2)
        *out = alphabet[(group >> 6) & 63];
    return text;
}

std::string makeJwt(Random& random, const JwtClaims& claims, std::size_t length) {
    length = std::clamp(length, smallestJwt, largestJwt);
    const std::string header = toBase64Url(R"({"kid":"atlassian-sim","alg":"RS256"})");
    // 342 characters are the 256 bytes of an RS256 signature; a short token has no room for them.
    std::size_t signature = length >= 900 ? 342 : 86;
    std::size_t body = length - header.size() - signature - 2;
    // No byte string encodes to 4n + 1 characters.
    if (body % 4 == 1) {
        --body;
        ++signature;
    }
    return header + '.' + toBase64Url(payload(random, claims, body * 3 / 4)) + '.' +
           random.base64Url(signature);
}

} // namespace central_oauth::simulator
