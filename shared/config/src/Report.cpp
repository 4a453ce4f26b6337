// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/Report.h"

#include <string_view>

namespace central_oauth::config {

namespace {

// What a plugin or the loader says may be a whole sentence.
std::string_view withoutFullStop(std::string_view text) {
    while (text.ends_with('.'))
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string faultText(const Report& report) {
    std::string text;
    std::size_t number = 0;
    for (const auto& fault : report.faults) {
        text += std::to_string(++number) + ". " + fault.setting + ' ' +
                std::string(withoutFullStop(fault.problem)) +
                ".\n   Mend: " + std::string(withoutFullStop(fault.mend)) + ".\n";
    }
    return text;
}

} // namespace central_oauth::config
