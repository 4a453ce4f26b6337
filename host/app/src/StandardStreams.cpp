// SPDX-License-Identifier: Apache-2.0
#include "StandardStreams.h"

#include "central_oauth/platform/Signals.h"
#include "central_oauth/platform/StandardStreams.h"

#include <iostream>
#include <system_error>

#include <Poco/String.h>

namespace central_oauth::app {

namespace {

void requireWritten(const std::error_code& failure) {
    if (failure)
        throw OutputError("standard output can't be written: " + failure.message());
}

} // namespace

void writeResult(std::string_view text) {
    // A held signal ends the wait; the function that holds it decides what follows.
    const auto failure = platform::writeOutput(text, platform::isSignalPending);
    if (failure == std::errc::interrupted)
        throw OutputError("standard output was not read before the command was interrupted");
    requireWritten(failure);
}

void finishResult() {
    requireWritten(platform::checkOutput());
}

bool canAsk() {
    return platform::isTerminal(platform::StandardStream::input) &&
           platform::isTerminal(platform::StandardStream::error);
}

bool askYesOrNo(const std::string& question) {
    std::cerr << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (std::cin.eof())
        std::cerr << '\n';
    return Poco::icompare(answer, "y") == 0 || Poco::icompare(answer, "yes") == 0;
}

} // namespace central_oauth::app
