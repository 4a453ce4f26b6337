// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/LogFields.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/logging/RequestScope.h"

namespace central_oauth::services {

void noteInLog(const domain::Account& account) {
    logging::RequestScope::note("account", account.id.value());
    logging::RequestScope::note("link", account.grantedBy.value());
    logging::RequestScope::note("client", account.client.value());
    logging::RequestScope::note("provider", account.provider);
}

void noteInLog(const domain::Link& link) {
    logging::RequestScope::note("link", link.id.value());
    logging::RequestScope::note("client", link.client.value());
    logging::RequestScope::note("provider", link.provider);
    const auto& account = link.account.empty() ? link.relinkAccount : link.account;
    logging::RequestScope::note("account", account.value());
}

std::string differing(std::string_view name, std::string_view value, std::string_view otherName,
                      std::string_view other) {
    constexpr std::size_t longestShown = 200;
    std::string text(name);
    text.append(" is \"").append(base::displayText(value, longestShown)).append("\", ").append(otherName);
    return text.append(" \"").append(base::displayText(other, longestShown)).append("\"");
}

std::string fingerprintOf(std::string_view hash) {
    constexpr std::size_t length = 8;
    return hash.empty() ? "none" : crypto::encodeBase64Url(crypto::sha256(hash)).substr(0, length);
}

} // namespace central_oauth::services
