// SPDX-License-Identifier: Apache-2.0
// When the service next looks at a grant without being asked.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <string>

namespace central_oauth::domain {

/// An account has one at most; without one nothing is to be done about its grant until somebody asks. It says
/// only when to look; what is done then is decided by account and grant. `keepGrant` decides.
struct GrantCheck {
    AccountId account;
    Timestamp due{};
};

/// By what all checks were scheduled.
struct KeepingState {
    std::string rules;    ///< a text that differs for different rules
    Timestamp lookedAt{}; ///< the latest look at a grant, by the clock of then
};

} // namespace central_oauth::domain
