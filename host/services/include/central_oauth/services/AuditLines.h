// SPDX-License-Identifier: Apache-2.0
// Audit entries in the log.
#pragma once

#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"

namespace central_oauth::services {

/// Writes each committed entry as a line of the channel central_oauth.audit, which no setting silences.
///
/// The logger outlives this object.
/// Thread-safe.
class AuditLines final : public domain::CommitObserver {
public:
    explicit AuditLines(logging::Logger& logger) : _log(logger.channel("central_oauth.audit")) {}

    void committed(const domain::Committed& changes) noexcept override;

private:
    logging::Channel _log;
};

} // namespace central_oauth::services
