// SPDX-License-Identifier: Apache-2.0
// Judges the certificate authorities that OpenSSL takes from the environment.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"

namespace central_oauth::config {

/// Judges what SSL_CERT_FILE and SSL_CERT_DIR name by the rule for CENTRAL_OAUTH_UPSTREAM_CA, and adds a
/// fault for each refusal. In a directory, judges the files that OpenSSL may open. Adds nothing if neither is
/// set.
void judgeSystemAuthorities(const Environment& environment, Report& report);

} // namespace central_oauth::config
