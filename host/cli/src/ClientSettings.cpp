// SPDX-License-Identifier: Apache-2.0
// Reads the settings and refuses what can't work or would show the key to others.
#include "central_oauth/cli/ClientSettings.h"

#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Host.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/config/ForeignCharacter.h"

#include <string_view>
#include <utility>

namespace central_oauth::cli {

namespace {

constexpr const char* defaultUrl = "http://127.0.0.1:8080";
constexpr const char* howToGetKey = "get one from the operator, who runs: central-oauthd client add NAME; "
                                    "then keep it with: central-oauth config set client-key";

// 256 bits in six bits a character, and a prefix. Only the server checks a key's checksum.
constexpr std::size_t shortestKey = 4 + 43;
constexpr std::size_t longestKey = 200;

// Returns the name in lower case if that variable is not empty, as curl does; otherwise the name in upper
// case.
std::string nameInUse(const VariableLookup& variable, const char* lower, const char* upper) {
    return variable(lower).value_or("").empty() ? upper : lower;
}

} // namespace

std::string checkedUrl(std::string text, const std::string& source) {
    const auto wrong = [&](const std::string& fault) {
        return Failure(ExitCode::usage, source + ' ' + fault,
                       "set it to the server's address, e.g. https://oauth.example.com");
    };
    if (const auto foreign = config::foreignCharacter(text))
        throw wrong("holds " + *foreign + ", and no URL does");
    while (!text.empty() && text.back() == '/')
        text.pop_back();
    const auto authorityEnd = text.find_first_of("/?#", text.find("://") + 3);
    if (text.find("://") != std::string::npos &&
        (text.find_first_of("?#") != std::string::npos || text.rfind('@', authorityEnd) != std::string::npos))
        throw wrong("has more than scheme, host, port and path");
    const auto url = base::WebUrl::parse(text);
    if (!url)
        throw wrong("does not begin with https:// and a host, or is not a URL");
    if (url->scheme == base::WebScheme::http && !base::isLoopbackHost(url->authority.host()))
        throw wrong("is http, but the host is not this machine: the key would travel in the clear");
    if (text.ends_with("/v1"))
        throw Failure(ExitCode::usage, source + " ends with /v1, which this client adds by itself",
                      "set it to what stands before /v1");
    return text;
}

provider::Secret checkedKey(provider::Secret key, const std::string& source) {
    const std::string_view word = key.reveal();
    if (const auto foreign = config::foreignCharacter(word))
        throw Failure(ExitCode::keyRefused, source + " holds " + *foreign + ", and no client key does",
                      std::string("copy the key alone, or ") + howToGetKey);
    const auto kind = base::credentialKindOf(word);
    if (kind && kind != base::CredentialKind::confidentialClientKey)
        throw Failure(ExitCode::keyRefused,
                      source + " holds another kind of credential: this client needs a key that begins with "
                               "cok_",
                      howToGetKey);
    if (!kind || word.size() < shortestKey || !isIdentifier(word, longestKey))
        throw Failure(ExitCode::keyRefused,
                      source + " can't be a client key: one begins with cok_, is longer than 46 characters "
                               "and has no blanks",
                      std::string("copy the whole key, or ") + howToGetKey);
    return key;
}

FoundSettings findSettings(const VariableLookup& variable) {
    FoundSettings found;
    if (const auto folder = settingsFolder(variable)) {
        const SettingsFile file(*folder / "cli.json");
        found.values = file.read();
        found.urlSource = found.values.url.empty() ? "" : file.shownPath();
        found.keySource = found.values.clientKey.empty() ? "" : file.shownPath();
        found.caSource = found.values.caFile.empty() ? "" : file.shownPath();
    }
    // An empty variable counts as unset, as for the key.
    if (std::string url = variable("CENTRAL_OAUTH_URL").value_or(""); !url.empty()) {
        found.values.url = std::move(url);
        found.urlSource = "CENTRAL_OAUTH_URL";
    } else if (found.values.url.empty()) {
        found.values.url = defaultUrl;
    }
    provider::Secret key(variable("CENTRAL_OAUTH_CLIENT_KEY").value_or(""));
    if (!key.empty()) {
        found.values.clientKey = std::move(key);
        found.keySource = "CENTRAL_OAUTH_CLIENT_KEY";
    }
    return found;
}

ClientSettings readClientSettings(const VariableLookup& variable, const std::string& caOption) {
    FoundSettings found = findSettings(variable);
    // "url in ~/.config/..." reads better than the path alone; a variable's name needs no addition.
    const auto named = [](const std::string& source, const char* variableName, const char* member) {
        return source == variableName ? source : std::string(member) + " in " + source;
    };
    ClientSettings settings;
    settings.url =
        checkedUrl(std::move(found.values.url), named(found.urlSource, "CENTRAL_OAUTH_URL", "url"));
    if (found.values.clientKey.empty())
        throw Failure(ExitCode::usage,
                      "there is no client key: CENTRAL_OAUTH_CLIENT_KEY is not set, and no settings file has "
                      "one",
                      howToGetKey);
    settings.key = checkedKey(std::move(found.values.clientKey),
                              named(found.keySource, "CENTRAL_OAUTH_CLIENT_KEY", "client_key"));
    settings.caFile = caOption.empty() ? found.values.caFile : caOption;
    if (caOption.empty() && !found.caSource.empty())
        settings.caSource = "ca in " + found.caSource;
    settings.warnings = std::move(found.values.warnings);
    settings.proxySetting = nameInUse(variable, "https_proxy", "HTTPS_PROXY");
    settings.httpsProxy = variable(settings.proxySetting).value_or("");
    settings.noProxySetting = nameInUse(variable, "no_proxy", "NO_PROXY");
    settings.noProxy = variable(settings.noProxySetting).value_or("");
    return settings;
}

} // namespace central_oauth::cli
