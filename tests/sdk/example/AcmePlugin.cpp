// SPDX-License-Identifier: Apache-2.0
// A plugin for the made-up product Acme, whose server keeps to RFC 6749 and OpenID Connect.
#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/oauth2/Json.h"
#include "central_oauth/oauth2/ResourceReader.h"
#include "central_oauth/oauth2/TokenEndpoint.h"
#include "central_oauth/provider/Entry.h"

namespace {

using namespace central_oauth::provider;
namespace oauth2 = central_oauth::oauth2;

oauth2::TokenEndpointOptions tokenEndpointOptions(const Settings& settings) {
    oauth2::TokenEndpointOptions options;
    options.url = settings.text("AUTH_BASE") + "/token";
    options.authentication = oauth2::ClientAuthentication::basic;
    options.clientId = settings.text("CLIENT_ID");
    options.clientSecrets.push_back(settings.secret("CLIENT_SECRET").clone());
    // Acme deviates from RFC 6749 here: its dead refresh tokens have a code of their own.
    options.errorRules = {{"token_gone", ProviderErrorKind::invalidGrant, oauth2::GrantType::refreshToken}};
    return options;
}

class AcmeProvider final : public Provider, public IdentityReader {
public:
    AcmeProvider(const Context& context, Settings settings)
        : _context(context),
          _settings(std::move(settings)),
          _tokenEndpoint(context, tokenEndpointOptions(_settings)) {}

    Properties properties() const override {
        Properties properties;
        properties.scopes = oauth2::splitScopes(_settings.text("SCOPES"));
        properties.deployment = "cloud";
        properties.issuer = _settings.text("AUTH_BASE");
        return properties;
    }

    std::string authorizationUrl(const AuthorizationRequest& request) const override {
        return oauth2::buildAuthorizationUrl(
            _settings.text("AUTH_BASE") + "/authorize",
            {{"response_type", "code"},
             {"client_id", _settings.text("CLIENT_ID")},
             {"redirect_uri", request.redirectUri},
             {"scope", oauth2::joinScopes(request.scopes)},
             {"state", request.state},
             {"login_hint", request.loginHint},
             {"code_challenge", request.codeChallenge},
             {"code_challenge_method", request.codeChallenge.empty() ? "" : "S256"}});
    }

    TokenSet exchange(const CodeExchange& exchange, const Call& call) const override {
        return _tokenEndpoint.exchange(exchange, call);
    }

    TokenSet refresh(const Secret& refreshToken, const Call& call) const override {
        return _tokenEndpoint.refresh(refreshToken, call);
    }

    Identity readIdentity(const Secret& accessToken, const Call& call) const override {
        const std::string what = "userinfo";
        const Secret body = oauth2::bodyOf(
            oauth2::getResource(_context, _settings.text("AUTH_BASE") + "/userinfo", accessToken, call, what),
            what);
        // A name must not make the document unreadable; the host cleans and cuts what people will see.
        const oauth2::JsonReader reader(oauth2::parseObject(oauth2::withReadableTexts(body), what), what);
        return {reader.text("sub", 255), reader.displayText("name"), reader.displayText("email")};
    }

    const void* extension(std::string_view id) const noexcept override {
        // To exactly the interface: the host casts back from void.
        return id == IdentityReader::extensionId ? static_cast<const IdentityReader*>(this) : nullptr;
    }

private:
    Context _context;
    Settings _settings;
    oauth2::TokenEndpoint _tokenEndpoint;
};

class AcmeFactory final : public ProviderFactory {
public:
    std::vector<SettingSpec> settings() const override {
        return {
            {"CLIENT_ID", SettingType::text, true, "", "Client ID of the app at Acme.", {}},
            {"CLIENT_SECRET", SettingType::secret, true, "", "Secret of that app.", {}},
            {"SCOPES", SettingType::scopeList, false, "openid offline_access", "Scopes to ask for.", {}},
            {"AUTH_BASE", SettingType::url, false, "https://auth.acme.example", "Authorization server.", {}},
            {"REDIRECT_URI", SettingType::url, false, "", "Callback URL, if not the usual one.", {}},
        };
    }

    std::unique_ptr<Provider> create(const Context& context, Settings settings) const override {
        if (settings.text("AUTH_BASE").ends_with('/'))
            throw ProviderError(ProviderErrorKind::misconfigured,
                                "AUTH_BASE ends with a slash; write it without");
        return std::make_unique<AcmeProvider>(context, std::move(settings));
    }
};

} // namespace

CENTRAL_OAUTH_PROVIDER("acme", ACME_VERSION, "Acme", AcmeFactory)
