// SPDX-License-Identifier: Apache-2.0
#include "FileReport.h"

namespace central_oauth::config {

void reportFile(const platform::Judgement& judgement, const std::string& setting, Report& report) {
    for (const auto& doubt : judgement.refusals)
        report.faults.push_back({setting, "names a file that " + doubt.problem, doubt.fix});
    for (const auto& doubt : judgement.warnings)
        report.warnings.push_back({setting, "names a file that " + doubt.problem + "; " + doubt.fix});
}

} // namespace central_oauth::config
