// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Scopes.h"

#include "central_oauth/base/Text.h"

#include <algorithm>

namespace central_oauth::services {

namespace {

bool contains(const std::vector<std::string>& scopes, const std::string& scope) {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

} // namespace

std::vector<std::string> missingScopes(const std::vector<std::string>& required,
                                       const std::vector<std::string>& granted) {
    std::vector<std::string> missing;
    for (const auto& scope : required) {
        if (scope != "offline_access" && !contains(granted, scope))
            missing.push_back(scope);
    }
    return missing;
}

std::vector<std::string> offeredScopes(const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& offered) {
    std::vector<std::string> some;
    for (const auto& scope : wanted) {
        if (contains(offered, scope))
            some.push_back(scope);
    }
    return some;
}

std::string scopeText(const std::vector<std::string>& scopes) {
    return base::join(scopes, " ");
}

} // namespace central_oauth::services
