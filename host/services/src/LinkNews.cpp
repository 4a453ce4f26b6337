// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/LinkNews.h"

#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"

#include <exception>

namespace central_oauth::services {

void LinkNews::finished(const base::LinkId& link) const {
    _verifiers.finish(link);
    changed(link);
}

void LinkNews::recordAfterwards(const domain::Link& link, const std::string& actor, const std::string& action,
                                const std::string& outcome, const Source& source) const noexcept {
    try {
        record(link, actor, action, outcome, source);
    } catch (const std::exception&) {
        return; // what it tells of can't be taken back
    }
}

void LinkNews::recordRevocation(const domain::DroppedStage& stage,
                                const std::string& outcome) const noexcept {
    try {
        _audit.append(
            {.at = base::nowOf(_clock),
             .actor = "system",
             .action = stage.account.empty() ? "link.upstream_revocation" : "account.upstream_revocation",
             .client = stage.client,
             .clientName = stage.clientName,
             .account = stage.account,
             .link = stage.link,
             .address = {},
             .requestId = {},
             .outcome = outcome});
    } catch (const std::exception&) {
        return; // the log has it all the same (store::AuditLog)
    }
}

void LinkNews::record(const domain::Link& link, const std::string& actor, const std::string& action,
                      const std::string& outcome, const Source& source) const {
    _audit.append({.at = base::nowOf(_clock),
                   .actor = actor,
                   .action = action,
                   .client = link.client,
                   .account = link.account,
                   .link = link.id,
                   .address = source.address,
                   .requestId = source.requestId,
                   .outcome = outcome});
}

} // namespace central_oauth::services
