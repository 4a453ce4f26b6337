// SPDX-License-Identifier: Apache-2.0
// Who is told when something has happened to a link.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkChanges.h"
#include "central_oauth/services/LinkVerifiers.h"
#include "central_oauth/store/AuditLog.h"

#include <string>

namespace central_oauth::services {

/// The audit, the poll that waits, and the table of proofs: told in one way by everybody who changes a link.
///
/// All it uses outlives it. Threads: any. Errors: base::Error(storeUnavailable) from `record`.
class LinkNews {
public:
    LinkNews(store::AuditLog& audit, LinkChanges& changes, LinkVerifiers& verifiers, const base::Clock& clock)
        : _audit(audit), _changes(changes), _verifiers(verifiers), _clock(clock) {}

    /// A poll would be answered otherwise now. Requires: the change is committed.
    void changed(const base::LinkId& link) const { _changes.publish(link); }

    /// The same of the last change: the link is delivered or ended.
    void finished(const base::LinkId& link) const;

    /// The person has approved: no poll of the link is too soon any more. A held poll goes on waiting.
    void approved(const base::LinkId& link) const { _verifiers.approve(link); }

    /// The actor of what a person does.
    static constexpr const char* browser = "browser";

    /// The same of what has happened already and must be finished whatever the store says: where the entry
    /// can't be stored, the log has it all the same (store::AuditLog). Throws nothing.
    void recordAfterwards(const domain::Link& link, const std::string& actor, const std::string& action,
                          const std::string& outcome, const Source& source) const noexcept;

    /// An audit entry of what became of a dropped stage upstream. Its client may be gone. Throws nothing.
    void recordRevocation(const domain::DroppedStage& stage, const std::string& outcome) const noexcept;

    /// An audit entry. `actor` as in domain::AuditEntry.
    void record(const domain::Link& link, const std::string& actor, const std::string& action,
                const std::string& outcome, const Source& source) const;

private:
    store::AuditLog& _audit;
    LinkChanges& _changes;
    LinkVerifiers& _verifiers;
    const base::Clock& _clock;
};

} // namespace central_oauth::services
