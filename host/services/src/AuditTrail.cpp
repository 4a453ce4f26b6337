// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/AuditTrail.h"

#include "central_oauth/domain/Client.h"

namespace central_oauth::services {

void AuditTrail::record(const Caller& caller, const base::AccountId& account, const std::string& action,
                        std::string_view outcome, const Source& source) const {
    _log.append({.at = base::nowOf(_clock),
                 .actor = caller.actor(),
                 .action = action,
                 .client = caller.client.id,
                 .clientName = caller.client.name,
                 .account = account,
                 .link = {},
                 .address = source.address,
                 .requestId = source.requestId,
                 .outcome = std::string(outcome)});
}

void AuditTrail::recordOperator(const domain::Client& client, const std::string& action,
                                std::string_view outcome) const {
    _log.append({.at = base::nowOf(_clock),
                 .actor = "operator",
                 .action = action,
                 .client = client.id,
                 .clientName = client.name,
                 .account = {},
                 .link = {},
                 .address = {},
                 .requestId = {},
                 .outcome = std::string(outcome)});
}

} // namespace central_oauth::services
