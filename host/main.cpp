// SPDX-License-Identifier: Apache-2.0
// central-oauthd.
#include "central_oauth/app/Daemon.h"
#include "central_oauth/app/Signals.h"
#include "central_oauth/app/StandardStreams.h"
#include "central_oauth/platform/PrivateMemory.h"

#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    using namespace central_oauth::app;
    occupyClosedStreams();
    blockSignals();
    central_oauth::platform::keepMemoryPrivate();
    raiseFileLimit();
    try {
        const auto command = parseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
        if (command.action != Action::serve) {
            letSignalsEnd();
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
