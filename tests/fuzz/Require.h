// SPDX-License-Identifier: Apache-2.0
// How a fuzz target says that it has found something.
#pragma once

#include <cstdlib>
#include <iostream>

namespace central_oauth::fuzz {

/// Ends the process with `what` if the condition does not hold; libFuzzer then keeps the input.
inline void require(bool condition, const char* what) {
    if (condition)
        return;
    std::cerr << "finding: " << what << std::endl;
    std::abort();
}

} // namespace central_oauth::fuzz
