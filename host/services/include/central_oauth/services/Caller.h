// SPDX-License-Identifier: Apache-2.0
// Who is calling, once proven.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/store/Records.h"

#include <algorithm>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The four scopes of a client key.
inline const std::vector<std::string>& clientScopes() {
    static const std::vector<std::string> all{"link", "token", "revoke", "accounts"};
    return all;
}

/// A client that presented a valid key.
struct Caller {
    store::Client client;
    std::string keyId;
    std::vector<std::string> scopes; ///< of the key

    /// Throws: Error(insufficientScope) naming the scope.
    void require(const std::string& scope) const {
        if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
            throw base::Error(base::ErrorCode::insufficientScope,
                              "This route needs a key with the scope " + scope + ".");
    }
};

/// Where a request comes from, for limits, pages and audit.
struct Source {
    std::string address;
    std::string program; ///< User-Agent
    std::string requestId;
};

} // namespace central_oauth::services
