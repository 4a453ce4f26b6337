// SPDX-License-Identifier: Apache-2.0
// Grants that nobody keeps, until upstream has been asked to end them.
#pragma once

#include "central_oauth/store/Records.h"

#include <string>
#include <vector>

namespace central_oauth::store {

/// Stages of links that expired, were ended, or went with their account or client, and grants of removed
/// accounts. The store puts them here itself, in the transaction that drops them from link or account.
///
/// Threads: any. Errors: base::Error(storeUnavailable) from every function.
class DroppedStageRepository {
public:
    virtual ~DroppedStageRepository() = default;

    /// Adds a grant that was never staged.
    virtual void add(const Link& link, const StagedGrant& grant) = 0;

    /// Returns at most so many: the oldest ones of these providers, opened; after them the oldest ones of any
    /// other provider, not opened.
    [[nodiscard]] virtual std::vector<DroppedStage> list(const std::vector<std::string>& providers,
                                                         int most) const = 0;

    /// Whether there is one of that link.
    [[nodiscard]] virtual bool contains(const LinkId& link) const = 0;

    /// Throws: Error(storeUnavailable) while the store is known to fail writes. Asks before upstream is
    /// asked: what can't be removed afterwards would be revoked again.
    virtual void requireWritable() const = 0;

    /// False: there is none of that link.
    virtual bool remove(const LinkId& link) = 0;
};

} // namespace central_oauth::store
