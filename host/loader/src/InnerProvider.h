// SPDX-License-Identifier: Apache-2.0
// The provider behind a guard, which another one may replace.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <memory>
#include <mutex>
#include <utility>

namespace central_oauth::loader {

/// A plugin's provider and what it has said of itself. Immutable.
struct InnerProvider {
    std::unique_ptr<const provider::Provider> provider;
    provider::Properties properties;
    const provider::SiteLister* sites; ///< these and those below: of the provider; null if it has none
    const provider::ProductLocator* products;
    const provider::IdentityReader* identities;
    const provider::Revoker* revoker;
};

/// Holds the inner provider that new calls use.
/// Thread-safe.
class InnerSlot {
public:
    explicit InnerSlot(std::shared_ptr<const InnerProvider> first) : _current(std::move(first)) {}

    [[nodiscard]] std::shared_ptr<const InnerProvider> current() const {
        const std::lock_guard hold(_mutex);
        return _current;
    }

    /// The earlier provider ends outside the lock, with its last call.
    void replace(std::shared_ptr<const InnerProvider> next) {
        const std::lock_guard hold(_mutex);
        _current.swap(next);
    }

private:
    mutable std::mutex _mutex; ///< guards _current
    std::shared_ptr<const InnerProvider> _current;
};

} // namespace central_oauth::loader
