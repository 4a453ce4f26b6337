// SPDX-License-Identifier: Apache-2.0
// Not Poco::URI::encode, which keeps reserved characters unless each is named.
#include "central_oauth/oauth2/Encoding.h"

#include <algorithm>

namespace central_oauth::oauth2 {

namespace {

bool isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

} // namespace

std::string percentEncode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    // Reserves the worst case: the text may be a secret, and a growing string would leave copies behind.
    encoded.reserve(text.size() * 3);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (isUnreserved(c))
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return encoded;
}

std::string buildAuthorizationUrl(std::string_view endpoint, const Parameters& parameters) {
    std::string url(endpoint);
    char separator = '?';
    for (const auto& [name, value] : parameters) {
        if (value.empty())
            continue;
        url += separator + percentEncode(name) + "=" + percentEncode(value);
        separator = '&';
    }
    return url;
}

std::vector<std::string> splitScopes(std::string_view list) {
    std::vector<std::string> scopes;
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        std::string scope(list.substr(0, end));
        if (!scope.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
            scopes.push_back(std::move(scope));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return scopes;
}

std::string joinScopes(const std::vector<std::string>& scopes) {
    std::string list;
    for (const auto& scope : scopes)
        list += (list.empty() ? "" : " ") + scope;
    return list;
}

} // namespace central_oauth::oauth2
