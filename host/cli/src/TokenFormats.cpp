// SPDX-License-Identifier: Apache-2.0
// Each form follows the documentation of its reader: sh and the MCP server mcp-atlassian, MCP clients with a
// headers helper, git-credential(1).
#include "TokenFormats.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/cli/AccountSelection.h"
#include "central_oauth/cli/AsciiJson.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace central_oauth::cli {

namespace {

struct Product {
    const char* name;      ///< as in `products` of the token payload
    const char* prefix;    ///< of its variables
    const char* pathBelow; ///< its path below the site's URL
};

constexpr std::array<Product, 2> knownProducts{{{"jira", "JIRA", ""}, {"confluence", "CONFLUENCE", "/wiki"}}};

// With these variables mcp-atlassian would refresh tokens itself.
constexpr std::array<const char*, 4> refreshers{"CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "SCOPE"};

std::string exportLine(const std::string& name, std::string_view value) {
    return "export " + name + '=' + shellQuoted(value) + '\n';
}

constexpr const char* sharedToken = "ATLASSIAN_OAUTH_ACCESS_TOKEN";

// Unsets the variables with which mcp-atlassian would refresh tokens itself. Also unsets the shared token if
// it must not be this account's: a value from an earlier run has expired or belongs to another account.
std::string unsetLine(const std::vector<Product>& served, bool sharesToken) {
    std::string line = "unset";
    const auto add = [&](const std::string& prefix) {
        for (const char* name : refreshers)
            line += " " + prefix + "_OAUTH_" + name;
    };
    add("ATLASSIAN");
    for (const Product& product : served)
        add(product.prefix);
    if (!sharesToken)
        line += std::string(" ") + sharedToken;
    return line + '\n';
}

std::string productUrl(const std::string& siteUrl, const std::string& pathBelow) {
    std::string url(base::trimEnd(siteUrl, "/"));
    return url.ends_with(pathBelow) ? url : url + pathBelow;
}

bool serves(const TokenPayload& token, const Product& product) {
    return std::find(token.products.begin(), token.products.end(), product.name) != token.products.end();
}

std::vector<Product> servedBy(const TokenPayload& token) {
    std::vector<Product> served;
    for (const Product& product : knownProducts)
        if (serves(token, product))
            served.push_back(product);
    if (served.empty())
        throw Failure(
            ExitCode::usage,
            token.accountId + " is at " + token.provider +
                ", for which --format env knows no variables; it knows those of Jira and Confluence",
            "use another format, such as: central-oauth token " + token.accountId + " --format mcp-headers");
    return served;
}

void requireSite(const TokenPayload& token) {
    if (!token.site)
        throw Failure(
            ExitCode::usage,
            "no site is chosen for " + token.accountId + ", which reaches " +
                std::to_string(token.siteCount) + ": --format env needs the site's URL and cloud id",
            "choose the site: " + loginCommand(token.provider, token.subject, "") +
                " --site URL, or by PATCH /v1/accounts/" + token.accountId +
                " with {\"site\":\"URL\"}; the sites are in: central-oauth explain " + token.accountId);
    if (token.site->webAddress.empty())
        throw UnreadableAnswer("the site's url is no web address");
}

// A product's own variable wins over the shared one, so that two accounts fit into one environment. The
// shared one would serve every product, so it is unset if that is wrong.
std::string envText(const TokenPayload& token, const VariableLookup& variable) {
    requireSite(token);
    const std::vector<Product> served = servedBy(token);
    const bool sharesToken = !hasOtherProduct(token, variable);
    std::string text = unsetLine(served, sharesToken);
    for (const Product& product : served) {
        const std::string prefix = product.prefix;
        text += exportLine(prefix + "_URL", productUrl(token.site->webAddress, product.pathBelow));
        text += exportLine(prefix + "_OAUTH_ACCESS_TOKEN", token.accessToken.reveal());
    }
    text += exportLine("ATLASSIAN_OAUTH_CLOUD_ID", token.site->cloudId);
    if (sharesToken)
        text += exportLine(sharedToken, token.accessToken.reveal());
    return text;
}

std::string headersText(const TokenPayload& token) {
    std::string text =
        R"({"Authorization":)" + quotedJson("Bearer " + std::string(token.accessToken.reveal()));
    if (token.site)
        text += R"(,"X-Atlassian-Cloud-Id":)" + quotedJson(token.site->cloudId);
    return text + "}\n";
}

// The user name tells Bitbucket that the password is an access token. git drops an expired password itself.
std::string gitText(const TokenPayload& token) {
    std::string text = "username=x-token-auth\npassword=" + std::string(token.accessToken.reveal()) + '\n';
    if (token.expiry)
        text += "password_expiry_utc=" + std::to_string(token.expiry->time_since_epoch().count()) + '\n';
    return text;
}

} // namespace

bool hasOtherProduct(const TokenPayload& token, const VariableLookup& variable) {
    return std::any_of(knownProducts.begin(), knownProducts.end(), [&](const Product& product) {
        return !serves(token, product) &&
               !variable(std::string(product.prefix) + "_URL").value_or("").empty();
    });
}

provider::Secret formatToken(const TokenPayload& token, TokenFormat format, const VariableLookup& variable) {
    switch (format) {
    case TokenFormat::json:
        return provider::Secret(std::string(token.json.reveal()) + '\n');
    case TokenFormat::env:
        return provider::Secret(envText(token, variable));
    case TokenFormat::mcpHeaders:
        return provider::Secret(headersText(token));
    case TokenFormat::git:
        return provider::Secret(gitText(token));
    case TokenFormat::raw:
        break;
    }
    return provider::Secret(std::string(token.accessToken.reveal()) + '\n');
}

} // namespace central_oauth::cli
