// SPDX-License-Identifier: Apache-2.0
// Sample values for the commands of both programs, under the names in their tables.
#pragma once

#include "central_oauth/app/CommandTable.h"
#include "central_oauth/cli/CommandLine.h"

#include <string>
#include <vector>

namespace central_oauth::test {

/// Returns a value for an operand or an option of a command of the daemon, which knows the client
/// "test client". A KEY_ID is a parameter. Fails the test for a name without a sample.
[[nodiscard]] std::string sampleOf(const app::CommandForm& form, const std::string& name,
                                   const std::string& keyId);

/// Returns the shortest valid words of the command, with --yes where the command has it.
[[nodiscard]] std::vector<std::string> leastWordsOf(const app::CommandForm& form, const std::string& keyId);

} // namespace central_oauth::test
