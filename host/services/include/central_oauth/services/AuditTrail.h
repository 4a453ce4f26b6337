// SPDX-License-Identifier: Apache-2.0
// Audit entries of clients and accounts, written in one way by all who change them. Those of links: LinkNews.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/store/AuditLog.h"

#include <string>
#include <string_view>

namespace central_oauth::services {

/// Says who did what, and when. All it uses outlives it. Threads: any. Errors: base::Error(storeUnavailable).
class AuditTrail {
public:
    AuditTrail(store::AuditLog& log, const base::Clock& clock) : _log(log), _clock(clock) {}

    /// What a caller did to an account, or what came out when it used one; without an account, to its client.
    void record(const Caller& caller, const base::AccountId& account, const std::string& action,
                std::string_view outcome, const Source& source) const;

    /// What the operator did to a client, by a command.
    void recordOperator(const domain::Client& client, const std::string& action,
                        std::string_view outcome) const;

private:
    store::AuditLog& _log;
    const base::Clock& _clock;
};

} // namespace central_oauth::services
