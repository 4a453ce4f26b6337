// SPDX-License-Identifier: Apache-2.0
// The reason why a text is not a valid value.
#pragma once

#include <string>

namespace central_oauth::config {

/// A Fault without the setting's name.
struct Objection {
    std::string problem;
    std::string fix;
};

} // namespace central_oauth::config
