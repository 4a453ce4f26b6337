// SPDX-License-Identifier: Apache-2.0
// GET with a bearer token.
#include "central_oauth/oauth2/ResourceReader.h"

#include "central_oauth/oauth2/Reply.h"

namespace central_oauth::oauth2 {

using provider::ProviderErrorKind;

provider::HttpResponse getResource(const provider::Context& context, const std::string& url,
                                   const provider::Secret& accessToken, const provider::Call& call,
                                   const std::string& what) {
    provider::HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}};
    request.bearer = accessToken.clone();
    request.deadline = call.deadline;
    return sendChecked(context, request, Effect::none, what);
}

provider::Secret bodyOf(provider::HttpResponse response, const std::string& what) {
    if (response.status / 100 == 2)
        return std::move(response.body);
    auto kind = ProviderErrorKind::protocol;
    if (response.status == 401)
        kind = ProviderErrorKind::invalidGrant;
    else if (response.status == 403)
        kind = ProviderErrorKind::accessDenied;
    throw provider::ProviderError(kind, what + " answered status " + std::to_string(response.status));
}

} // namespace central_oauth::oauth2
