// SPDX-License-Identifier: Apache-2.0
// A key that counts how often a container looks at it.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace central_oauth::base {

/// Counts all comparisons and hashes of its type.
struct CountedKey {
    static inline std::size_t comparisons = 0;

    int number = -1;

    friend bool operator==(const CountedKey& left, const CountedKey& right) {
        ++comparisons;
        return left.number == right.number;
    }
    friend auto operator<=>(const CountedKey& left, const CountedKey& right) {
        ++comparisons;
        return left.number <=> right.number;
    }
};

/// A hash that counts as a comparison.
struct CountedHash {
    std::size_t operator()(const CountedKey& key) const {
        ++CountedKey::comparisons;
        return std::hash<int>()(key.number);
    }
};

} // namespace central_oauth::base
