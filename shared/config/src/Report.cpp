// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/Report.h"

namespace central_oauth::config {

std::string faultText(const Report& report) {
    std::string text;
    std::size_t number = 0;
    for (const auto& fault : report.faults) {
        text += std::to_string(++number) + ". " + fault.setting + ' ' + fault.problem +
                ".\n   Mend: " + fault.mend + ".\n";
    }
    return text;
}

} // namespace central_oauth::config
