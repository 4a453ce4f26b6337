// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/Report.h"

#include "central_oauth/base/Text.h"

namespace central_oauth::config {

std::string faultText(const Report& report) {
    std::string text;
    std::size_t number = 0;
    for (const auto& fault : report.faults) {
        text += std::to_string(++number) + ". " + fault.setting + ' ' +
                std::string(base::trimEnd(fault.problem, ".")) +
                ".\n   Fix: " + std::string(base::trimEnd(fault.fix, ".")) + ".\n";
    }
    return text;
}

} // namespace central_oauth::config
