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
/// Threads: none of its own; the owner of the world guards it.
class Random {
public:
    /// Seed 0 takes one from the system.
    explicit Random(std::uint64_t seed = 0);

    /// `length` characters of the base64url alphabet.
    [[nodiscard]] std::string base64Url(std::size_t length);

    /// `length` hexadecimal digits.
    [[nodiscard]] std::string hex(std::size_t length);

    /// A version 4 UUID, RFC 9562 section 5.4.
    [[nodiscard]] std::string uuid();

    /// A number from 0 to `bound` - 1. Requires: `bound` > 0.
    [[nodiscard]] std::size_t below(std::size_t bound);

    /// True with the given probability, 0 to 1.
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
