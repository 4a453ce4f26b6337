// SPDX-License-Identifier: Apache-2.0
// The declared settings, and checks beyond their types.
#include "central_oauth/atlassian/CloudConfiguration.h"

#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/provider/ProviderError.h"

#include <algorithm>

namespace central_oauth::atlassian {

using provider::Secret;
using provider::SettingSpec;
using provider::SettingType;

namespace {

// From 50 on, Atlassian's console warns, and its servers refuse the request as too large.
constexpr std::size_t scopeLimit = 50;

[[noreturn]] void refuse(const std::string& text) {
    throw provider::ProviderError(provider::ProviderErrorKind::misconfigured, text);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::vector<Secret> splitSecrets(std::string_view list) {
    std::vector<Secret> secrets;
    for (bool more = !list.empty(); more;) {
        const auto end = std::min(list.find(','), list.size());
        const auto value = trim(list.substr(0, end));
        if (value.empty() || secrets.size() == 2)
            refuse("CLIENT_SECRET must be one secret, or two with one comma between them, the newest first");
        secrets.emplace_back(std::string(value));
        more = end < list.size();
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    if (secrets.empty())
        refuse("CLIENT_SECRET is not set; copy it from the app's page in Atlassian's developer console");
    return secrets;
}

std::vector<std::string> checkedScopes(const std::string& list) {
    auto scopes = oauth2::splitScopes(list);
    // RFC 6749 allows a comma in a scope, but no scope of Atlassian has one, and comma-separated lists are a
    // common mistake.
    if (list.find(',') != std::string::npos)
        refuse("SCOPES has a comma; write spaces between the scopes");
    for (const char* identityScope : {"openid", "profile", "email"}) {
        if (std::find(scopes.begin(), scopes.end(), identityScope) != scopes.end())
            refuse(
                std::string("SCOPES contains ") + identityScope +
                ", which makes Atlassian's consent page fail; remove it, read:me identifies who consented");
    }
    // Without it upstream issues no refresh token; it grants no permission that an operator could want to
    // withhold.
    if (std::find(scopes.begin(), scopes.end(), "offline_access") == scopes.end())
        scopes.emplace_back("offline_access");
    if (scopes.size() >= scopeLimit)
        refuse("SCOPES has " + std::to_string(scopes.size()) +
               " scopes; Atlassian takes fewer than 50, remove some");
    return scopes;
}

std::string baseOf(const provider::Settings& settings, const char* key, const char* standard) {
    std::string base = settings.text(key).empty() ? standard : settings.text(key);
    while (!base.empty() && base.back() == '/')
        base.pop_back();
    return base;
}

bool isOn(const provider::Settings& settings, const char* key) {
    const std::string& value = settings.text(key);
    if (!value.empty() && value != "on" && value != "off")
        refuse(std::string(key) + " must be on or off");
    return value == "on";
}

constexpr const char* standardAuthBase = "https://auth.atlassian.com";
constexpr const char* standardApiBase = "https://api.atlassian.com";
constexpr const char* standardAudience = "api.atlassian.com";

} // namespace

std::string CloudConfiguration::sitesUrl() const {
    const bool government = apiBase.find("atlassian-us-gov") != std::string::npos;
    return (government ? authBase : apiBase) + "/oauth/token/accessible-resources";
}

std::vector<SettingSpec> cloudSettingSpecs(const Product& product) {
    return {
        {"CLIENT_ID",
         SettingType::text,
         true,
         {},
         "Client ID of the app in Atlassian's developer console.",
         {}},
        {"CLIENT_SECRET",
         SettingType::secret,
         true,
         {},
         "Secret of that app; two values, comma-separated and newest first, while it is being rotated.",
         {}},
        {"SCOPES",
         SettingType::scopeList,
         false,
         std::string(product.defaultScopes),
         "Space-separated scopes to request; offline_access is always added.",
         {}},
        {"DEPLOYMENT", SettingType::choice, false, "cloud", "Kind of Atlassian server.", {"cloud"}},
        {"AUTH_BASE", SettingType::url, false, standardAuthBase, "Authorization server.", {}},
        {"API_BASE", SettingType::url, false, standardApiBase, "API gateway.", {}},
        {"AUDIENCE",
         SettingType::text,
         false,
         standardAudience,
         "Audience of the authorization request.",
         {}},
        {"REDIRECT_URI",
         SettingType::url,
         false,
         {},
         "Callback URL registered with the app, if not the usual one.",
         {}},
        // Off, because it is undocumented and may end every other link of the same person and app.
        {"UPSTREAM_REVOKE",
         SettingType::flag,
         false,
         "off",
         "Whether removing an account also asks Atlassian to revoke its grant.",
         {}},
    };
}

CloudConfiguration readCloudConfiguration(const provider::Settings& settings, const Product& product) {
    CloudConfiguration configuration;
    configuration.clientId = settings.text("CLIENT_ID");
    if (configuration.clientId.empty())
        refuse("CLIENT_ID is not set; copy it from the app's page in Atlassian's developer console");
    configuration.clientSecrets = splitSecrets(settings.secret("CLIENT_SECRET").reveal());
    const std::string& scopes = settings.text("SCOPES");
    configuration.scopes = checkedScopes(scopes.empty() ? std::string(product.defaultScopes) : scopes);
    if (!settings.text("DEPLOYMENT").empty() && settings.text("DEPLOYMENT") != "cloud")
        refuse("DEPLOYMENT must be cloud; this plugin serves Atlassian Cloud only");
    configuration.authBase = baseOf(settings, "AUTH_BASE", standardAuthBase);
    configuration.apiBase = baseOf(settings, "API_BASE", standardApiBase);
    configuration.audience = settings.text("AUDIENCE").empty() ? standardAudience : settings.text("AUDIENCE");
    configuration.revokesUpstream = isOn(settings, "UPSTREAM_REVOKE");
    return configuration;
}

} // namespace central_oauth::atlassian
