// SPDX-License-Identifier: Apache-2.0
// Why a text is no valid value.
#pragma once

#include <string>

namespace central_oauth::config {

/// A Fault that does not know its setting yet.
struct Objection {
    std::string problem;
    std::string fix;
};

} // namespace central_oauth::config
