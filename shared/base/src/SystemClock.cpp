// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Clock.h"

namespace central_oauth::base {

std::chrono::system_clock::time_point SystemClock::now() const {
    return std::chrono::system_clock::now();
}

} // namespace central_oauth::base
