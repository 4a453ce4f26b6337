// SPDX-License-Identifier: Apache-2.0
// Sizes and ranges, so that what one plugin returns can't fill the memory or overflow the arithmetic of all.
#include "AnswerLimits.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"

#include <set>
#include <string_view>
#include <utility>

namespace central_oauth::loader {

namespace {

constexpr std::size_t tokenLimit = std::size_t{64} * 1024;
constexpr std::size_t scopeLimit = 1000;
constexpr std::size_t scopeTextLimit = std::size_t{64} * 1024;
constexpr std::size_t urlLimit = std::size_t{8} * 1024;
constexpr std::size_t siteLimit = 5000;
constexpr std::size_t siteTextLimit = std::size_t{1024} * 1024;
constexpr std::size_t upstreamIdLimit = 1024;
constexpr std::size_t nameLimit = 200;
constexpr std::size_t emailLimit = 254; // RFC 5321 section 4.5.3.1.3
constexpr std::size_t siteUrlLimit = 2048;
constexpr std::chrono::seconds durationLimit = std::chrono::hours(24) * 3660;

void requireAtMost(std::size_t limit, std::size_t size, std::string_view what) {
    if (size > limit)
        throw UnfitAnswer(std::string(what) + " of " + std::to_string(size) + ", more than " +
                          std::to_string(limit));
}

void requireDuration(std::chrono::seconds duration, std::string_view what) {
    if (duration.count() < 0 || duration > durationLimit)
        throw UnfitAnswer(std::string(what) + " that is negative or longer than ten years");
}

// For text that goes into an answer or an audit entry unchanged.
void requirePlain(const std::string& text, std::string_view what) {
    if (!base::isPlainText(text))
        throw UnfitAnswer(std::string(what) + " with bytes that are no UTF-8, or control characters");
}

// For the scopes that a provider asks for. Granted scopes are cut instead (cleanTexts).
void requireScopes(const std::vector<std::string>& scopes) {
    requireAtMost(scopeLimit, scopes.size(), "a number of scopes");
    std::size_t text = 0;
    for (const auto& scope : scopes) {
        text += scope.size();
        requirePlain(scope, "a scope");
    }
    requireAtMost(scopeTextLimit, text, "bytes of scopes");
}

bool isWebUrl(std::string_view url) {
    const bool plain = base::consistsOf(url, base::isVisible);
    return plain && (url.starts_with("https://") || url.starts_with("http://"));
}

std::size_t textOf(const provider::Site& site) {
    std::size_t text = site.id.size() + site.name.size() + site.url.size();
    for (const auto& product : site.products)
        text += product.product.size() + product.apiBaseUrl.size();
    return text;
}

} // namespace

void cleanTexts(provider::Identity& identity) {
    identity.displayName = base::displayText(identity.displayName, nameLimit);
    auto email = base::displayText(identity.email, emailLimit);
    // Rules compare e-mail addresses, so cleaning must not turn one into somebody else's.
    identity.email =
        email == identity.email ? std::move(email) : std::move(email) + std::string(base::replacementText);
}

void cleanTexts(std::vector<provider::Site>& sites) {
    for (auto& site : sites) {
        site.name = base::displayText(site.name, nameLimit);
        if (site.url.size() > siteUrlLimit || !isWebUrl(site.url))
            site.url.clear();
    }
}

void cleanTexts(provider::TokenSet& tokens) {
    std::vector<std::string> kept;
    std::size_t text = 0;
    for (auto& scope : tokens.scopes) {
        if (kept.size() == scopeLimit)
            break;
        if (!base::isPlainText(scope) || scope.size() > scopeTextLimit - text)
            continue;
        text += scope.size();
        kept.push_back(std::move(scope));
    }
    tokens.scopes = std::move(kept);
}

void requireFit(const provider::Properties& properties) {
    requireScopes(properties.scopes);
    requireDuration(properties.leeway, "a leeway");
    requireDuration(properties.refreshMargin, "a refresh margin");
    requireDuration(properties.companionLife, "a companion life");
    requireDuration(properties.idleLifetime, "an idle lifetime");
}

void requireFit(const std::string& authorizationUrl) {
    requireAtMost(urlLimit, authorizationUrl.size(), "a URL with a length");
    if (!isWebUrl(authorizationUrl))
        throw UnfitAnswer("a URL that is neither http nor https, or not encoded");
}

void requireFit(const std::optional<std::string>& apiBaseUrl) {
    if (apiBaseUrl)
        requireFit(*apiBaseUrl);
}

void requireFit(const provider::TokenSet& tokens) {
    if (tokens.accessToken.empty())
        throw UnfitAnswer("an empty access token");
    requireAtMost(tokenLimit, tokens.accessToken.size(), "an access token with a length");
    requireAtMost(tokenLimit, tokens.refreshToken.size(), "a refresh token with a length");
    if (!base::isPlainText(tokens.accessToken.reveal()))
        throw UnfitAnswer("an access token with bytes that no header can carry");
}

void requireFit(const std::vector<provider::Site>& sites) {
    requireAtMost(siteLimit, sites.size(), "a number of sites");
    std::set<std::string_view> ids;
    std::size_t text = 0;
    for (const auto& site : sites) {
        text += textOf(site);
        requireAtMost(siteTextLimit, text, "bytes of sites");
        if (site.id.empty() || !ids.insert(site.id).second)
            throw UnfitAnswer("a site whose id is empty or that of another");
        requirePlain(site.id, "a site's id");
        for (const auto& product : site.products) {
            requirePlain(product.product, "a product");
            requirePlain(product.apiBaseUrl, "a product's address");
        }
    }
}

void requireFit(const provider::Identity& identity) {
    if (identity.upstreamId.empty())
        throw UnfitAnswer("an identity without an id");
    requireAtMost(upstreamIdLimit, identity.upstreamId.size(), "an identity with an id of bytes");
    requirePlain(identity.upstreamId, "an identity's id");
}

void requireFit(provider::RevocationOutcome outcome) {
    if (outcome != provider::RevocationOutcome::revoked && outcome != provider::RevocationOutcome::attempted)
        throw UnfitAnswer("an unknown outcome of a revocation");
}

} // namespace central_oauth::loader
