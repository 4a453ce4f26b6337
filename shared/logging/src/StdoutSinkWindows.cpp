// SPDX-License-Identifier: Apache-2.0
// StdoutSink by the C library. Windows.
#include "central_oauth/logging/LogSink.h"

#include <cstdio>

namespace central_oauth::logging {

void StdoutSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

} // namespace central_oauth::logging
