// SPDX-License-Identifier: Apache-2.0
// The rules of each field, and the hint for each that is broken.
#include "central_oauth/services/links/LinkRequest.h"

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Labels.h"

#include <algorithm>
#include <string_view>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

[[noreturn]] void refuse(const std::string& hint) {
    throw Error(ErrorCode::invalidRequest, hint);
}

/// A text that only programs compare.
void checkOpaque(const std::string& name, const std::string& text, std::size_t longest) {
    if (text.size() > longest)
        refuse(name + " takes at most " + std::to_string(longest) + " bytes, and this has " +
               std::to_string(text.size()) + "; use a shorter id.");
    const auto fault = base::opaqueFaultOf(text, longest);
    if (fault == base::OpaqueFault::notText)
        refuse(name + " takes no control characters; remove them.");
    if (fault == base::OpaqueFault::outerBlank || (fault == base::OpaqueFault::empty && !text.empty()))
        refuse(name + " begins or ends with a blank; trim it.");
}

// The page shows it, so it can be nothing but an id or an address (RFC 3986 section 2): no sentence.
void checkSite(const std::string& site) {
    const bool isAddress = base::consistsOf(site, base::isUrlCharacter);
    if (!site.empty() && (!isAddress || !base::isAlphanumeric(site.front())))
        refuse("site is a cloud id or the site's https URL, without spaces, such as "
               "https://acme.atlassian.net.");
}

// What a caller sent is repeated only where it can be a scope (RFC 6749 section 3.3) and no secret.
std::string shownScope(const std::string& scope) {
    constexpr std::size_t longest = 100;
    const bool isScope = !scope.empty() && scope.size() <= longest && !base::looksLikeCredential(scope) &&
                         base::consistsOf(scope, base::isScopeCharacter);
    return isScope ? "\"" + scope + "\"" : std::string("a text");
}

} // namespace

void checkTexts(const LinkRequest& request, const domain::Client& client) {
    if (client.requireSubject && request.subject.empty())
        refuse("This client has to say for which of its users the link is: send subject.");
    if (client.kind != domain::ClientKind::confidential && !request.onBehalfOf.empty())
        refuse("on_behalf_of is for confidential clients, whose word can be told apart; leave it out.");
    checkOpaque("subject", request.subject, base::longestSubject);
    if (!request.subject.empty() && !base::hasVisibleText(request.subject))
        refuse("subject shows nothing; use an id with a visible character.");
    domain::requireLabel(request.label);
    domain::requireLabel(request.onBehalfOf, "on_behalf_of");
    checkOpaque("site", request.site, 256);
    checkSite(request.site);
    checkOpaque("account_id", request.account.value(), 128);
    checkOpaque("expected_upstream_id", request.expectedUpstreamId, 128);
    domain::requirePrintable(request.loginHint, 254, "login_hint");
}

void requirePerson(const LinkRequest& request, const domain::Client& client) {
    if (client.requireOnBehalfOf && !base::hasVisibleText(request.onBehalfOf))
        refuse("This client has to say who asks for the link: send on_behalf_of, the name that its user goes "
               "by, "
               "such as \"Bob\". The page shows it, so that nobody gives their account to somebody else.");
}

const ConfiguredProvider& requireProvider(const ProviderCatalog& providers, const std::string& name) {
    const auto& all = providers.all();
    if (name.empty()) {
        if (all.size() == 1)
            return all.front();
        refuse("Name the provider; GET /v1/providers lists them.");
    }
    if (const auto* found = providers.find(name))
        return *found;
    refuse("There is no provider of that name; GET /v1/providers lists them.");
}

std::string verifierHashOf(const LinkRequest& request) {
    constexpr std::string_view method = "S256";
    if (request.codeChallenge.empty() && request.codeChallengeMethod.empty())
        return {};
    if (request.codeChallenge.empty())
        refuse("code_challenge is missing; send it beside code_challenge_method, or leave both out.");
    if (request.codeChallengeMethod != method)
        refuse("code_challenge_method is \"S256\", and nothing else, wherever there is a code_challenge.");
    const auto hash = crypto::decodeBase64Url(request.codeChallenge);
    if (!hash || hash->size() != 32)
        refuse("code_challenge is the SHA-256 of the code verifier in base64url without padding: 43 "
               "characters.");
    return *hash;
}

std::vector<std::string> requiredScopesOf(const LinkRequest& request, const ConfiguredProvider& provider) {
    constexpr std::size_t most = 50;
    if (request.requiredScopes.size() > most)
        refuse("required_scopes takes at most " + std::to_string(most) + " scopes.");
    std::vector<std::string> scopes;
    const auto holds = [](const std::vector<std::string>& all, const std::string& scope) {
        return std::find(all.begin(), all.end(), scope) != all.end();
    };
    for (const auto& scope : request.requiredScopes) {
        if (!holds(provider.scopes, scope))
            refuse("required_scopes holds " + shownScope(scope) + ", which is no scope of the provider " +
                   provider.name + "; GET /v1/providers lists its scopes.");
        if (!holds(scopes, scope))
            scopes.push_back(scope);
    }
    return scopes;
}

} // namespace central_oauth::services
