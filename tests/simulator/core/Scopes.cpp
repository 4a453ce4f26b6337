// SPDX-License-Identifier: Apache-2.0
#include "core/Scopes.h"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace central_oauth::simulator {

ScopeSet parseScopes(const std::string& text) {
    std::istringstream words(text);
    return ScopeSet(std::istream_iterator<std::string>(words), {});
}

std::string joinScopes(const ScopeSet& scopes) {
    std::string text;
    for (const auto& scope : scopes)
        text += (text.empty() ? "" : " ") + scope;
    return text;
}

std::string_view productOfScope(std::string_view scope) {
    if (scope.find("confluence") != std::string_view::npos)
        return "confluence";
    if (scope.find("jira") != std::string_view::npos || scope.find("servicedesk") != std::string_view::npos)
        return "jira";
    return {};
}

ScopeSet scopesOfProduct(const ScopeSet& scopes, std::string_view product) {
    ScopeSet found;
    std::copy_if(scopes.begin(), scopes.end(), std::inserter(found, found.end()),
                 [product](const std::string& scope) { return productOfScope(scope) == product; });
    return found;
}

} // namespace central_oauth::simulator
