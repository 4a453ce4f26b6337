// SPDX-License-Identifier: Apache-2.0
// What a person does about the rights to a file, in the words of the system.
#pragma once

#include <string>

namespace central_oauth::platform {

/// What to do, as the end of a sentence.
struct RightsAdvice {
    const char* othersWrite;
    const char* everybodyReads;
    const char* fileOfAnother;   ///< the file belongs to another user
    const char* folderOfAnother; ///< so does a folder above it
};
[[nodiscard]] const RightsAdvice& rightsAdvice() noexcept;

/// Returns the command that leaves a file to its owner alone. `word` is its path as a word of the shell.
[[nodiscard]] std::string commandForPrivateFile(const std::string& word);

} // namespace central_oauth::platform
