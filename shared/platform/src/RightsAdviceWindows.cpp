// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/RightsAdvice.h"

namespace central_oauth::platform {

// Everyone, Authenticated Users and Users; their names depend on the language of the system.
#define CENTRAL_OAUTH_OTHERS "*S-1-1-0 *S-1-5-11 *S-1-5-32-545"

const RightsAdvice& rightsAdvice() noexcept {
    static constexpr const char* keepOthersOut =
        "remove that permission (icacls FILE /inheritance:d, then icacls FILE /remove:g " CENTRAL_OAUTH_OTHERS
        ")";
    // Owners are not looked at here, so that the last two are never shown.
    static constexpr const char* takeOwnership = "give it to administrators (takeown /a)";
    static constexpr RightsAdvice advice{keepOthersOut, keepOthersOut, takeOwnership, takeOwnership};
    return advice;
}

// For PowerShell.
std::string commandForPrivateFile(const std::string& word) {
    return "icacls " + word +
           R"( /inheritance:r /grant:r "${env:USERNAME}:F" /remove:g )" CENTRAL_OAUTH_OTHERS;
}

} // namespace central_oauth::platform
