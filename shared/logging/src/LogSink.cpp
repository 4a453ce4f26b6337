// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/LogSink.h"

#include <cstdio>

namespace central_oauth::logging {

void StdoutSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

void StreamSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    _stream.write(line.data(), static_cast<std::streamsize>(line.size()));
    _stream.flush();
}

} // namespace central_oauth::logging
