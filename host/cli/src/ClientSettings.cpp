// SPDX-License-Identifier: Apache-2.0
// Reads the settings and refuses what can't work or would show the key to others.
#include "central_oauth/cli/ClientSettings.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::cli {

namespace {

constexpr const char* howToGetKey = "get one from the operator, who runs: central-oauthd client add NAME; "
                                    "then set CENTRAL_OAUTH_CLIENT_KEY to it";

// 256 bits in six bits a character, and a prefix. The checksum in a key is the server's business.
constexpr std::size_t shortestKey = 4 + 43;
constexpr std::size_t longestKey = 200;

bool isLoopback(const std::string& host) {
    const bool digits =
        std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    return host == "localhost" || host == "::1" || host == "[::1]" || (digits && host.rfind("127.", 0) == 0);
}

Failure wrongUrl(const std::string& fault) {
    return Failure(ExitCode::usage, "CENTRAL_OAUTH_URL " + fault,
                   "set it to the server's address, e.g. https://oauth.example.com");
}

std::string checkedUrl(std::string text) {
    while (!text.empty() && text.back() == '/')
        text.pop_back();
    Poco::URI uri;
    try {
        uri = text;
    } catch (const Poco::Exception&) {
        throw wrongUrl("is not a URL");
    }
    if ((uri.getScheme() != "https" && uri.getScheme() != "http") || uri.getHost().empty())
        throw wrongUrl("does not begin with https:// and a host");
    if (!uri.getUserInfo().empty() || !uri.getRawQuery().empty() || !uri.getFragment().empty())
        throw wrongUrl("has more than scheme, host, port and path");
    if (uri.getScheme() == "http" && !isLoopback(uri.getHost()))
        throw wrongUrl("is http, but the host is not this machine: the key would travel in the clear");
    return text;
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

provider::Secret checkedKey(std::string text) {
    provider::Secret key(std::move(text));
    const std::string_view word = key.reveal();
    if (startsWith(word, "cog_") || startsWith(word, "cos_") || startsWith(word, "cop_"))
        throw Failure(
            ExitCode::keyRefused,
            "CENTRAL_OAUTH_CLIENT_KEY holds another kind of credential: this client needs a key that "
            "begins with cok_",
            howToGetKey);
    if (!startsWith(word, "cok_") || word.size() < shortestKey || !isIdentifier(word, longestKey))
        throw Failure(ExitCode::keyRefused,
                      "CENTRAL_OAUTH_CLIENT_KEY can't be a client key: one begins with cok_, is longer than "
                      "46 characters and has no blanks",
                      std::string("copy the whole key, or ") + howToGetKey);
    return key;
}

} // namespace

ClientSettings readClientSettings(const VariableLookup& variable) {
    ClientSettings settings;
    settings.url = checkedUrl(variable("CENTRAL_OAUTH_URL").value_or("http://127.0.0.1:8080"));
    std::optional<std::string> key = variable("CENTRAL_OAUTH_CLIENT_KEY");
    if (!key || key->empty())
        throw Failure(ExitCode::usage, "CENTRAL_OAUTH_CLIENT_KEY is not set", howToGetKey);
    settings.key = checkedKey(std::move(*key));
    for (const char* name : {"HTTPS_PROXY", "https_proxy"})
        if (settings.httpsProxy.empty())
            settings.httpsProxy = variable(name).value_or("");
    for (const char* name : {"NO_PROXY", "no_proxy"})
        if (settings.noProxy.empty())
            settings.noProxy = variable(name).value_or("");
    return settings;
}

} // namespace central_oauth::cli
