// SPDX-License-Identifier: Apache-2.0
#include "core/Random.h"

namespace central_oauth::simulator {

Random::Random(std::uint64_t seed) : _engine(seed) {
    if (seed == 0) {
        std::random_device device;
        std::seed_seq entropy{device(), device(), device(), device()};
        _engine.seed(entropy);
    }
}

std::string Random::base64Url(std::size_t length) {
    return draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 64, length);
}

std::string Random::hex(std::size_t length) {
    return draw("0123456789abcdef", 16, length);
}

std::string Random::uuid() {
    std::string digits = hex(32);
    digits[12] = '4';
    digits[16] = "89ab"[below(4)];
    return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' +
           digits.substr(16, 4) + '-' + digits.substr(20);
}

std::size_t Random::below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(_engine);
}

bool Random::chance(double probability) {
    return std::uniform_real_distribution<double>(0.0, 1.0)(_engine) < probability;
}

std::string Random::draw(const char* alphabet, std::size_t alphabetSize, std::size_t length) {
    std::string text(length, '\0');
    // Both sizes are powers of two, so that each number of the engine gives many characters.
    const unsigned bits = alphabetSize == 64 ? 6 : 4;
    std::uint64_t number = 0;
    unsigned left = 0;
    char* const end = text.data() + length;
    for (char* out = text.data(); out != end; ++out) {
        if (left < bits) {
            number = _engine();
            left = 64;
        }
        *out = alphabet[number & (alphabetSize - 1)];
        number >>= bits;
        left -= bits;
    }
    return text;
}

} // namespace central_oauth::simulator
