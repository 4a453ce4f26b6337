// SPDX-License-Identifier: Apache-2.0
// central-oauthd.
#include "central_oauth/app/Daemon.h"
#include "central_oauth/platform/PrivateMemory.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/Signals.h"
#include "central_oauth/platform/StandardStreams.h"

#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    namespace platform = central_oauth::platform;
    using namespace central_oauth::app;
    platform::occupyClosedStreams();
    platform::blockSignals();
    platform::keepMemoryPrivate();
    platform::raiseFileLimit();
    try {
        const auto command = parseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
        if (command.action != Action::serve) {
            platform::letSignalsEnd();
            return runCommand(command);
        }
        Daemon daemon;
        // The program's name only: this project's arguments are none of Poco's business.
        return daemon.run(1, argv);
    } catch (const UsageError& failure) {
        std::cerr << "central-oauthd: " << failure.what() << '\n' << usageText();
        return exitUsage;
    } catch (const std::exception& failure) {
        std::cerr << "central-oauthd: " << failure.what() << '\n';
        return exitInternal;
    }
}
