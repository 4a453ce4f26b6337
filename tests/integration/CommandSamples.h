// SPDX-License-Identifier: Apache-2.0
// Values that the commands of both programs take, by the names that their tables give them.
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

/// Returns the words of the command with all that it needs, and --yes where it knows that.
[[nodiscard]] std::vector<std::string> leastWordsOf(const app::CommandForm& form, const std::string& keyId);

} // namespace central_oauth::test
