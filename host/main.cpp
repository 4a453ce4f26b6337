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
    platform::prepareStreams();
    platform::blockSignals();
    platform::keepMemoryPrivate();
    platform::raiseFileLimit();
    try {
        auto arguments = platform::argumentsOf(argc, argv);
        const bool isServiceOption = Daemon::isServiceOption(arguments);
        const auto command = isServiceOption ? Command() : parseCommandLine(arguments);
        if (command.action != Action::serve) {
            platform::letSignalsEnd();
            return runCommand(command);
        }
        Daemon daemon;
        // This project's arguments are none of Poco's business.
        if (!isServiceOption)
            arguments.clear();
        arguments.insert(arguments.begin(), argv[0]);
        return daemon.run(arguments);
    } catch (const UsageError& failure) {
        std::cerr << "central-oauthd: " << failure.what() << '\n' << usageText();
        return exitUsage;
    } catch (const std::exception& failure) {
        std::cerr << "central-oauthd: " << failure.what() << '\n';
        return exitInternal;
    }
}
