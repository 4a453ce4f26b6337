// SPDX-License-Identifier: Apache-2.0
// Where the log goes.
#pragma once

#include "SettingReader.h"

#include <filesystem>

namespace central_oauth::config {

/// Reads CENTRAL_OAUTH_LOG_FILE; empty: standard output. What would keep the service from writing there is a
/// fault. Opens and creates nothing: a check by another user must not leave a file behind that the service
/// can't write.
[[nodiscard]] std::filesystem::path readLogFile(SettingReader& reader);

} // namespace central_oauth::config
