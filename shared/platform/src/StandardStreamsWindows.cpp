// SPDX-License-Identifier: Apache-2.0
// Standard streams by the C library's descriptors, and consoles by their handles. Windows.
#include "central_oauth/platform/StandardStreams.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <io.h>
#include <windows.h>

namespace central_oauth::platform {

namespace {

constexpr int outputStream = 1;

std::error_code failure() noexcept {
    return {errno, std::generic_category()};
}

} // namespace

// Text mode would write CR LF into keys and JSON lines.
void prepareStreams() {
    for (const int stream : {0, 1, 2})
        static_cast<void>(::_setmode(stream, _O_BINARY));
}

bool isTerminal(StandardStream stream) noexcept {
    const DWORD name = stream == StandardStream::input    ? STD_INPUT_HANDLE
                       : stream == StandardStream::output ? STD_OUTPUT_HANDLE
                                                          : STD_ERROR_HANDLE;
    DWORD mode = 0;
    return GetConsoleMode(GetStdHandle(name), &mode) != 0;
}

std::error_code writeOutput(std::string_view text, const std::function<bool()>&) {
    constexpr std::size_t atOnce = std::size_t{1024} * 1024;
    while (!text.empty()) {
        const int count =
            _write(outputStream, text.data(), static_cast<unsigned>(std::min(text.size(), atOnce)));
        if (count < 0)
            return failure();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

std::error_code checkOutput() noexcept {
    const int copy = _dup(outputStream);
    return copy < 0 || _close(copy) != 0 ? failure() : std::error_code();
}

} // namespace central_oauth::platform
