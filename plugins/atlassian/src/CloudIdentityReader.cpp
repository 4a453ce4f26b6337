// SPDX-License-Identifier: Apache-2.0
// Parses account id, name and e-mail address from GET /me.
#include "central_oauth/atlassian/CloudIdentityReader.h"

#include "CloudGateway.h"
#include "central_oauth/oauth2/Json.h"

#include <algorithm>

namespace central_oauth::atlassian {

using provider::ProviderError;
using provider::ProviderErrorKind;

namespace {

const std::string resourceName = "identity";

provider::Secret readMe(const provider::Context& context, const std::string& url,
                        const provider::Secret& accessToken, const provider::Call& call) {
    try {
        return readThroughGateway(context, url, accessToken, call, resourceName);
    } catch (const ProviderError& error) {
        if (error.kind() != ProviderErrorKind::accessDenied)
            throw;
        throw ProviderError(
            ProviderErrorKind::misconfigured,
            "identity is refused; add the User Identity API with read:me to the app and to SCOPES");
    }
}

} // namespace

CloudIdentityReader::CloudIdentityReader(const provider::Context& context, std::string url)
    : _context(context), _url(std::move(url)) {}

provider::Identity CloudIdentityReader::readIdentity(const provider::Secret& accessToken,
                                                     const provider::Call& call) const {
    const provider::Secret body = readMe(_context, _url, accessToken, call);
    const oauth2::JsonReader reader(oauth2::parseObject(body, resourceName), resourceName);
    provider::Identity identity;
    identity.upstreamId = reader.text("account_id", 128);
    const bool plain = std::all_of(identity.upstreamId.begin(), identity.upstreamId.end(),
                                   [](char c) { return c > ' ' && c < '\x7f'; });
    if (!plain)
        throw ProviderError(ProviderErrorKind::protocol, "identity has a malformed account_id");
    identity.displayName = reader.displayText("name");
    if (identity.displayName.empty())
        identity.displayName = reader.displayText("nickname");
    identity.email = reader.displayText("email");
    return identity;
}

} // namespace central_oauth::atlassian
