// SPDX-License-Identifier: Apache-2.0
// Reads through Atlassian's API gateway, whose 401 has two meanings.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>

namespace central_oauth::atlassian {

/// Returns the body of a 2xx answer, with readable texts. As oauth2::getResource and bodyOf, but a 401 "scope
/// does not match" is misconfigured: a refresh can't add a scope that was not granted.
[[nodiscard]] provider::Secret readThroughGateway(const provider::Context& context, const std::string& url,
                                                  const provider::Secret& accessToken,
                                                  const provider::Call& call, const std::string& what);

} // namespace central_oauth::atlassian
