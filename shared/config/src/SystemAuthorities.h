// SPDX-License-Identifier: Apache-2.0
// Checks the certificate authorities that OpenSSL takes from the environment.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"

namespace central_oauth::config {

/// Applies the rule for CENTRAL_OAUTH_UPSTREAM_CA to the files of SSL_CERT_FILE and SSL_CERT_DIR, and adds a
/// fault for each refusal. In a directory, checks the files that OpenSSL may open. Does nothing if neither is
/// set.
void judgeSystemAuthorities(const Environment& environment, Report& report);

} // namespace central_oauth::config
