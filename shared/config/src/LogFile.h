// SPDX-License-Identifier: Apache-2.0
// The destination of the log.
#pragma once

#include "SettingReader.h"

#include <filesystem>

namespace central_oauth::config {

/// Reads CENTRAL_OAUTH_LOG_FILE. Returns an empty path for standard output. Adds a fault if the service could
/// not write there. Opens and creates nothing: a check by another user must not create a file that the
/// service can't write.
[[nodiscard]] std::filesystem::path readLogFile(SettingReader& reader);

} // namespace central_oauth::config
