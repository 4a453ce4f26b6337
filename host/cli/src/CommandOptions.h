// SPDX-License-Identifier: Apache-2.0
// The table of commands as the parser and the help need it.
#pragma once

#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Failure.h"

#include <string>

#include <Poco/Util/OptionSet.h>

namespace central_oauth::cli {

/// Returns the failure for a wrong command line. The next step is the help of `command`, or of the program if
/// it is empty.
[[nodiscard]] Failure usageFailure(const std::string& problem, const std::string& command = {});

/// Returns the command of that name.
/// Throws: Failure(usage).
[[nodiscard]] const CommandDescription& getCommand(const std::string& name);

/// Returns the command's options for Poco.
[[nodiscard]] Poco::Util::OptionSet optionSetOf(const CommandDescription& command);

} // namespace central_oauth::cli
