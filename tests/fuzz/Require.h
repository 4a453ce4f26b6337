// SPDX-License-Identifier: Apache-2.0
// Reports a finding of a fuzz target.
#pragma once

#include <cstdlib>
#include <iostream>

namespace central_oauth::fuzz {

/// Ends the process with `what` unless the condition holds; libFuzzer then keeps the input.
inline void require(bool condition, const char* what) {
    if (condition)
        return;
    std::cerr << "finding: " << what << std::endl;
    std::abort();
}

} // namespace central_oauth::fuzz
