// SPDX-License-Identifier: Apache-2.0
// What happened, for the operator.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <string>

namespace central_oauth::domain {

/// One act: kept as a row and written as a log line.
struct AuditEntry {
    Timestamp at{};
    std::string actor{};  ///< "client:<id>", "browser", "operator", "system"
    std::string action{}; ///< e.g. "link.created"
    ClientId client{};
    std::string clientName{}; ///< as it is now; empty: the log looks it up
    AccountId account{};
    LinkId link{};
    std::string address{};
    std::string requestId{};
    std::string outcome{};
};

} // namespace central_oauth::domain
