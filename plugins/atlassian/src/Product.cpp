// SPDX-License-Identifier: Apache-2.0
// Recognises a container by the words in its scopes.
#include "central_oauth/atlassian/Product.h"

#include <algorithm>

namespace central_oauth::atlassian {

bool isContainer(const std::vector<std::string>& scopes, Container container) {
    const auto names = [&](std::string_view word) {
        return std::any_of(scopes.begin(), scopes.end(),
                           [&](const std::string& scope) { return scope.find(word) != std::string::npos; });
    };
    if (container == Container::confluence)
        return names("confluence");
    // If Atlassian ever merges the two, an entry that names both belongs to both.
    return !names("confluence") || names("jira") || names("servicedesk");
}

} // namespace central_oauth::atlassian
