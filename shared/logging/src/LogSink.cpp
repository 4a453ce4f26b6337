// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/LogSink.h"

#include "central_oauth/platform/StandardStreams.h"

namespace central_oauth::logging {

void StdoutSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    static_cast<void>(platform::writeOutput(line));
}

void StreamSink::write(std::string_view line) {
    const std::lock_guard hold(_mutex);
    _stream.write(line.data(), static_cast<std::streamsize>(line.size()));
    _stream.flush();
}

} // namespace central_oauth::logging
