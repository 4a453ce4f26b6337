// SPDX-License-Identifier: Apache-2.0
// Problems of a file that a setting names, as faults and warnings of the setting.
#pragma once

#include "central_oauth/config/Report.h"
#include "central_oauth/platform/TrustedFile.h"

#include <string>

namespace central_oauth::config {

/// Adds a fault for each refusal and a warning for each warning. No text holds the file's own path, which
/// might be a misplaced secret.
void reportFile(const platform::Judgement& judgement, const std::string& setting, Report& report);

} // namespace central_oauth::config
