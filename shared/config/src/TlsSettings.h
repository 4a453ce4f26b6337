// SPDX-License-Identifier: Apache-2.0
// Whether the listener speaks TLS, and with which files.
#pragma once

#include "SettingReader.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>

namespace central_oauth::config {

/// Reads CENTRAL_OAUTH_TLS_CERT and _TLS_KEY and checks the files' rights; what they hold is not looked at.
/// Something: the operator means TLS, even if there are faults about it in the report.
[[nodiscard]] std::optional<TlsFiles> readTls(SettingReader& reader);

} // namespace central_oauth::config
