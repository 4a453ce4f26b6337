// SPDX-License-Identifier: Apache-2.0
// Several observers of one store.
#pragma once

#include "central_oauth/domain/Store.h"

#include <utility>
#include <vector>

namespace central_oauth::services {

/// Passes each commit on to all observers, in their order. The observers outlive this object.
/// Thread-safe.
class CommitObservers final : public domain::CommitObserver {
public:
    explicit CommitObservers(std::vector<domain::CommitObserver*> observers)
        : _observers(std::move(observers)) {}

    void committed(const domain::Committed& changes) noexcept override {
        for (auto* const observer : _observers)
            observer->committed(changes);
    }

private:
    const std::vector<domain::CommitObserver*> _observers;
};

} // namespace central_oauth::services
