// SPDX-License-Identifier: Apache-2.0
// The daemon's life as a Poco server application, and its short commands.
#pragma once

#include "central_oauth/app/CommandLine.h"

#include <string>
#include <vector>

#include <Poco/Util/ServerApplication.h>

namespace central_oauth::app {

/// Serves until it is asked to stop. Poco provides the lifecycle and registers the Windows service. Options,
/// signals and logging are our own, because Poco's --daemon forks unasked and its options match by prefix.
class Daemon final : public Poco::Util::ServerApplication {
public:
    /// Returns whether the arguments are Poco's own for a Windows service, /registerService and
    /// /unregisterService, possibly with /displayName, /description and /startup. False on other systems.
    [[nodiscard]] static bool isServiceOption(const std::vector<std::string>& arguments);

protected:
    int main(const std::vector<std::string>& arguments) override;
};

/// Runs any command except serving. Prints the result and returns the exit code.
[[nodiscard]] int runCommand(const Command& command);

} // namespace central_oauth::app
