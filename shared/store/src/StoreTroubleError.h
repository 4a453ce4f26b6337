// SPDX-License-Identifier: Apache-2.0
// A store failure of a known kind.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/StoreReadiness.h"

#include <string>

namespace central_oauth::store {

using domain::StoreReadiness;
using domain::StoreTrouble;

/// base::Error(storeUnavailable) with the kind of trouble. The detail holds no content.
class StoreTroubleError : public base::Error {
public:
    StoreTroubleError(StoreTrouble trouble, const std::string& detail)
        : base::Error(base::ErrorCode::storeUnavailable, {}, detail), _trouble(trouble) {}

    [[nodiscard]] StoreTrouble trouble() const noexcept { return _trouble; }

private:
    StoreTrouble _trouble;
};

} // namespace central_oauth::store
