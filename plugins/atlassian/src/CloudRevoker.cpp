// SPDX-License-Identifier: Apache-2.0
// Sends one RFC 7009 request. Its answer proves nothing.
#include "central_oauth/atlassian/CloudRevoker.h"

#include "central_oauth/oauth2/Reply.h"
#include "central_oauth/oauth2/TokenEndpoint.h"

namespace central_oauth::atlassian {

CloudRevoker::CloudRevoker(const provider::Context& context, std::string url, std::string clientId,
                           std::vector<provider::Secret> clientSecrets)
    : _context(context),
      _url(std::move(url)),
      _clientId(std::move(clientId)),
      _clientSecrets(std::move(clientSecrets)) {}

provider::RevocationOutcome CloudRevoker::revoke(const provider::Secret& refreshToken,
                                                 const provider::Call& call) const {
    for (const auto& secret : _clientSecrets) {
        provider::HttpRequest request;
        request.method = "POST";
        request.url = _url;
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                           {"Accept", "application/json"}};
        request.body = oauth2::encodeBody(oauth2::BodyFormat::form, {{"token", refreshToken.reveal()},
                                                                     {"token_type_hint", "refresh_token"},
                                                                     {"client_id", _clientId},
                                                                     {"client_secret", secret.reveal()}});
        request.deadline = call.deadline;
        const auto response =
            oauth2::sendChecked(_context, request, oauth2::Effect::spends, "revocation endpoint");
        // Try the next secret only if this one was refused.
        if (response.status != 401)
            break;
    }
    return provider::RevocationOutcome::attempted;
}

} // namespace central_oauth::atlassian
