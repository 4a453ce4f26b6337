// SPDX-License-Identifier: Apache-2.0
// The daemon's life as a Poco server application, and its short commands.
#pragma once

#include "central_oauth/app/CommandLine.h"

#include <string>
#include <vector>

#include <Poco/Util/ServerApplication.h>

namespace central_oauth::app {

/// Serves until it is asked to stop. Poco gives the lifecycle (and the Windows service); options, signals and
/// logging are this project's own, because Poco's --daemon forks where nobody asked and its options match by
/// prefix.
class Daemon final : public Poco::Util::ServerApplication {
protected:
    int main(const std::vector<std::string>& arguments) override;
};

/// Everything but serving: prints and returns the exit code.
[[nodiscard]] int runCommand(const Command& command);

} // namespace central_oauth::app
