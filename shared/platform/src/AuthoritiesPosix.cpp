// SPDX-License-Identifier: Apache-2.0
// OpenSSL's own files. POSIX.
#include "central_oauth/platform/Authorities.h"

namespace central_oauth::platform {

std::optional<std::vector<std::string>> systemAuthorities() {
    return std::nullopt;
}

} // namespace central_oauth::platform
