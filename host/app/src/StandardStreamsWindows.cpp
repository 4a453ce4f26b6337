// SPDX-License-Identifier: Apache-2.0
// Standard streams by the C library's descriptors. Windows.
#include "central_oauth/app/StandardStreams.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <io.h>
#include <iostream>
#include <system_error>

namespace central_oauth::app {

namespace {

constexpr int inputStream = 0;
constexpr int outputStream = 1;
constexpr int errorStream = 2;

[[noreturn]] void failOutput() {
    throw OutputError("standard output can't be written: " +
                      std::error_code(errno, std::generic_category()).message());
}

} // namespace

void occupyClosedStreams() {}

void writeResult(std::string_view text) {
    constexpr std::size_t atOnce = 1024 * 1024;
    while (!text.empty()) {
        const int count =
            _write(outputStream, text.data(), static_cast<unsigned>(std::min(text.size(), atOnce)));
        if (count < 0)
            failOutput();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void finishResult() {
    const int copy = _dup(outputStream);
    if (copy < 0 || _close(copy) != 0)
        failOutput();
}

bool canAsk() {
    return _isatty(inputStream) != 0 && _isatty(errorStream) != 0;
}

bool askYesOrNo(const std::string& question) {
    std::cerr << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return _stricmp(answer.c_str(), "y") == 0 || _stricmp(answer.c_str(), "yes") == 0;
}

} // namespace central_oauth::app
