// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/RightsAdvice.h"

namespace central_oauth::platform {

const RightsAdvice& rightsAdvice() noexcept {
    static constexpr RightsAdvice advice{
        "remove that permission (chmod go-w)",
        "remove that permission (chmod o-r)",
        "give it to root (chown root), or run this as its owner (sudo -u)",
        "give that to root (chown root), or run this as its owner (sudo -u)",
    };
    return advice;
}

std::string commandForPrivateFile(const std::string& word) {
    return "chmod 600 " + word;
}

} // namespace central_oauth::platform
