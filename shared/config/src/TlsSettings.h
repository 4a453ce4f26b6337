// SPDX-License-Identifier: Apache-2.0
// The TLS files of the listener.
#pragma once

#include "SettingReader.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>

namespace central_oauth::config {

/// Reads CENTRAL_OAUTH_TLS_CERT and _TLS_KEY and checks the permissions of the files, not their content.
/// Returns nullopt if neither is set. Otherwise the operator wants TLS, even if the report has faults about
/// it.
[[nodiscard]] std::optional<TlsFiles> readTls(SettingReader& reader);

} // namespace central_oauth::config
