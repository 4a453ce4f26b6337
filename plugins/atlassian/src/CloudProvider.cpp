// SPDX-License-Identifier: Apache-2.0
// Atlassian's parameters, and the meaning of its token endpoint's error codes.
#include "central_oauth/atlassian/CloudProvider.h"

#include "central_oauth/oauth2/Encoding.h"

#include <algorithm>

namespace central_oauth::atlassian {

using oauth2::GrantType;
using provider::ProviderErrorKind;

namespace {

std::vector<provider::Secret> cloneAll(const std::vector<provider::Secret>& secrets) {
    std::vector<provider::Secret> copies;
    copies.reserve(secrets.size());
    for (const auto& secret : secrets)
        copies.push_back(secret.clone());
    return copies;
}

// Reported by the community: Atlassian answers unauthorized_client for a dead refresh token, access_denied
// for a wrong secret and invalid_request for a spent code. RFC 6749 section 5.2 applies to all other codes.
std::vector<oauth2::TokenErrorRule> errorRules() {
    return {
        {"unauthorized_client", ProviderErrorKind::invalidGrant, GrantType::refreshToken},
        {"invalid_request", ProviderErrorKind::invalidGrant, GrantType::authorizationCode,
         "authorization_code is invalid"},
        {"access_denied", ProviderErrorKind::misconfigured},
    };
}

oauth2::TokenEndpointOptions endpointOptions(const CloudConfiguration& configuration) {
    oauth2::TokenEndpointOptions options;
    options.url = configuration.authBase + "/oauth/token";
    options.format = oauth2::BodyFormat::json;
    options.authentication = oauth2::ClientAuthentication::body;
    options.clientId = configuration.clientId;
    options.clientSecrets = cloneAll(configuration.clientSecrets);
    options.defaultLifetime = std::chrono::hours(1);
    options.errorRules = errorRules();
    return options;
}

} // namespace

CloudProvider::CloudProvider(const provider::Context& context, CloudConfiguration configuration,
                             const Product& product)
    : _configuration(std::move(configuration)),
      _tokenEndpoint(context, endpointOptions(_configuration)),
      _siteLister(context, _configuration.sitesUrl(), product),
      _productLocator(_configuration.apiBase, product),
      _identityReader(context, _configuration.apiBase + "/me"),
      _revoker(context, _configuration.authBase + "/oauth/revoke", _configuration.clientId,
               cloneAll(_configuration.clientSecrets)) {}

provider::Properties CloudProvider::properties() const {
    using namespace std::chrono_literals;
    provider::Properties properties;
    properties.scopes = _configuration.scopes;
    properties.leeway = 10min;
    // Half the time that a replaced access token stays valid: a refresh on read never shortens the life of a
    // delivered one.
    properties.refreshMargin = 5min;
    properties.companionLife = 10min;
    properties.idleLifetime = 90 * 24h;
    properties.deployment = "cloud";
    properties.issuer = _configuration.authBase;
    properties.revokesUpstream = _configuration.revokesUpstream;
    return properties;
}

std::string CloudProvider::authorizationUrl(const provider::AuthorizationRequest& request) const {
    auto scopes = request.scopes.empty() ? _configuration.scopes : request.scopes;
    if (std::find(scopes.begin(), scopes.end(), "offline_access") == scopes.end())
        scopes.emplace_back("offline_access");
    return oauth2::buildAuthorizationUrl(
        _configuration.authBase + "/authorize",
        {{"audience", _configuration.audience},
         {"client_id", _configuration.clientId},
         {"scope", oauth2::joinScopes(scopes)},
         {"redirect_uri", request.redirectUri},
         {"state", request.state},
         {"response_type", "code"},
         {"prompt", "consent"},
         {"login_hint", request.loginHint},
         {"code_challenge", request.codeChallenge},
         {"code_challenge_method", request.codeChallenge.empty() ? "" : "S256"}});
}

provider::TokenSet CloudProvider::exchange(const provider::CodeExchange& exchange,
                                           const provider::Call& call) const {
    return _tokenEndpoint.exchange(exchange, call);
}

provider::TokenSet CloudProvider::refresh(const provider::Secret& refreshToken,
                                          const provider::Call& call) const {
    return _tokenEndpoint.refresh(refreshToken, call);
}

const void* CloudProvider::extension(std::string_view id) const noexcept {
    // Casts to exactly the interface, because the host casts back from void.
    if (id == provider::SiteLister::extensionId)
        return static_cast<const provider::SiteLister*>(&_siteLister);
    if (id == provider::ProductLocator::extensionId)
        return static_cast<const provider::ProductLocator*>(&_productLocator);
    if (id == provider::IdentityReader::extensionId)
        return static_cast<const provider::IdentityReader*>(&_identityReader);
    if (id == provider::Revoker::extensionId)
        return static_cast<const provider::Revoker*>(&_revoker);
    return nullptr;
}

} // namespace central_oauth::atlassian
