// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/cli/ConsoleInput.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/platform/Console.h"

#include <chrono>
#include <thread>

namespace central_oauth::cli {

namespace {

constexpr std::size_t longestLine = std::size_t{64} * 1024;

struct Reading {
    std::optional<std::string> line;
    bool done = false; ///< guarded by the stop request's mutex
};

} // namespace

std::optional<std::string> readConsoleLine(const std::shared_ptr<StopRequest>& stop, bool hidden,
                                           const std::function<void()>& ready) {
    const platform::HiddenInput guard(hidden);
    ready();
    const auto reading = std::make_shared<Reading>();
    // Not every system can end a read from outside, so the read is abandoned instead.
    std::thread([reading, stop] {
        std::optional<std::string> line = platform::readInputLine(longestLine);
        stop->wake([&] {
            reading->line = std::move(line);
            reading->done = true;
        });
    }).detach();
    constexpr std::chrono::hours patience{24};
    if (!stop->waitUntil(std::chrono::steady_clock::now() + patience, [&] { return reading->done; }))
        throw Interrupted();
    std::optional<std::string> line = std::move(reading->line);
    if (line && !line->empty() && line->back() == '\r')
        line->pop_back();
    return line;
}

} // namespace central_oauth::cli
