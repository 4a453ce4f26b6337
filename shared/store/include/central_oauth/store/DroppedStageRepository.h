// SPDX-License-Identifier: Apache-2.0
// Stages that nobody will be given any more, until upstream has been asked to end them.
#pragma once

#include "central_oauth/store/Records.h"

#include <vector>

namespace central_oauth::store {

/// Stages of links that expired, were ended, or went with their account or client. The store puts them here
/// itself, in the transaction that drops them from the link.
///
/// Threads: any. Errors: base::Error(storeUnavailable) from every function.
class DroppedStageRepository {
public:
    virtual ~DroppedStageRepository() = default;

    /// Adds a grant that was never staged.
    virtual void add(const Link& link, const StagedGrant& grant) = 0;

    /// The oldest ones, at most so many, opened.
    [[nodiscard]] virtual std::vector<DroppedStage> list(int most) const = 0;

    /// False: there is none of that link.
    virtual bool remove(const LinkId& link) = 0;
};

} // namespace central_oauth::store
