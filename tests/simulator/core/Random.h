// SPDX-License-Identifier: Apache-2.0
// Repeatable randomness for ids, token strings, orders and fault probabilities. Not for real secrets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace central_oauth::simulator {

/// A seeded generator: the same seed gives the same run.
///
/// Not thread-safe: the owner of the world guards it.
class Random {
public:
    /// Seed 0 takes a seed from the system.
    explicit Random(std::uint64_t seed = 0);

    /// Returns `length` characters of the base64url alphabet.
    [[nodiscard]] std::string base64Url(std::size_t length);

    /// Returns `length` hexadecimal digits.
    [[nodiscard]] std::string hex(std::size_t length);

    /// Returns a version 4 UUID (RFC 9562 section 5.4).
    [[nodiscard]] std::string uuid();

    /// Returns a number from 0 to `bound` - 1. Requires: `bound` > 0.
    [[nodiscard]] std::size_t below(std::size_t bound);

    /// Returns true with the given probability, 0 to 1.
    [[nodiscard]] bool chance(double probability);

    template <typename Container>
    void shuffle(Container& container) {
        std::shuffle(container.begin(), container.end(), _engine);
    }

private:
    std::string draw(const char* alphabet, std::size_t alphabetSize, std::size_t length);

    std::mt19937_64 _engine;
};

} // namespace central_oauth::simulator
