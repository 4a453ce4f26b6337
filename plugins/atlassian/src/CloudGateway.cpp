// SPDX-License-Identifier: Apache-2.0
// Distinguishes the gateway's 401 for a missing scope from its 401 for a refused token.
#include "CloudGateway.h"

#include "central_oauth/oauth2/Json.h"
#include "central_oauth/oauth2/ResourceReader.h"

namespace central_oauth::atlassian {

provider::Secret readThroughGateway(const provider::Context& context, const std::string& url,
                                    const provider::Secret& accessToken, const provider::Call& call,
                                    const std::string& what) {
    provider::HttpResponse response = oauth2::getResource(context, url, accessToken, call, what);
    if (response.status == 401 &&
        response.body.reveal().find("scope does not match") != std::string_view::npos)
        throw provider::ProviderError(
            provider::ProviderErrorKind::misconfigured,
            what + " needs a scope that was not granted; compare SCOPES with the app's permissions");
    // people choose the names in these documents
    return oauth2::withReadableTexts(oauth2::bodyOf(std::move(response), what));
}

} // namespace central_oauth::atlassian
