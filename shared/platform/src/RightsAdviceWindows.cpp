// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/RightsAdvice.h"

namespace central_oauth::platform {

const RightsAdvice& rightsAdvice() noexcept {
    static constexpr RightsAdvice advice{
        "remove that permission (icacls FILE /inheritance:r, then /remove)",
        "remove that permission (icacls FILE /inheritance:r, then /remove)",
        "give it to administrators (icacls FILE /setowner Administrators)",
        "give that to administrators (icacls FOLDER /setowner Administrators)",
    };
    return advice;
}

// In PowerShell's words.
std::string commandForPrivateFile(const std::string& word) {
    return "icacls " + word + R"( /inheritance:r /grant:r "${env:USERNAME}:F")";
}

} // namespace central_oauth::platform
