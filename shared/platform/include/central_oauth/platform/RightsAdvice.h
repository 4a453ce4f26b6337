// SPDX-License-Identifier: Apache-2.0
// What a person does about the rights to a file, in the words of the system.
#pragma once

#include <string>

namespace central_oauth::platform {

/// What takes a permission away from others, and who a file should belong to; parts of a sentence.
struct RightsAdvice {
    const char* letNobodyElseWrite;
    const char* letNotEverybodyRead;
    const char* giveFileToTheService;
    const char* giveFolderToTheService;
};
[[nodiscard]] const RightsAdvice& rightsAdvice() noexcept;

/// Returns the command that leaves a file to its owner alone. `word` is its path as a word of the shell.
[[nodiscard]] std::string commandForPrivateFile(const std::string& word);

} // namespace central_oauth::platform
