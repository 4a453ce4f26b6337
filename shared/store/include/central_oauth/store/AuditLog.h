// SPDX-License-Identifier: Apache-2.0
// Who did what, when, from where.
#pragma once

#include "central_oauth/store/Records.h"

namespace central_oauth::store {

/// The audit trail: each entry is a row and an info line of the channel central_oauth.audit. Threads: any.
/// Errors: base::Error(storeUnavailable).
class AuditLog {
public:
    virtual ~AuditLog() = default;
    virtual void append(const AuditEntry& entry) = 0;

    /// Drops the rows of entries older than that. How many.
    virtual int prune(Timestamp before) = 0;
};

} // namespace central_oauth::store
