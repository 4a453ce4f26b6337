// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/WebUrl.h"

#include <algorithm>
#include <utility>

namespace central_oauth::base {

namespace {

bool isVisible(char c) noexcept {
    return c > ' ' && c < '\x7F';
}

// Cuts "https://" or "http://" off, in any case (RFC 3986 section 6.2.2.1).
std::optional<WebScheme> takeScheme(std::string_view& text) {
    for (const auto& [prefix, scheme] : {std::pair(std::string_view("https://"), WebScheme::https),
                                         std::pair(std::string_view("http://"), WebScheme::http)}) {
        const bool begins = text.size() >= prefix.size() &&
                            std::equal(prefix.begin(), prefix.end(), text.begin(), [](char lower, char c) {
                                return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
                            });
        if (!begins)
            continue;
        text.remove_prefix(prefix.size());
        return scheme;
    }
    return std::nullopt;
}

std::string_view withoutSlashes(std::string_view rest) {
    while (rest.ends_with('/'))
        rest.remove_suffix(1);
    return rest;
}

// True where the path is empty: "", "?…" and "#…".
bool hasNoPath(std::string_view rest) {
    return rest.empty() || rest.front() != '/';
}

bool sameRest(std::string_view one, std::string_view other) {
    if (one == other)
        return true;
    if (hasNoPath(one) == hasNoPath(other))
        return false;
    return hasNoPath(one) ? other.substr(1) == one : one.substr(1) == other;
}

} // namespace

std::optional<WebUrl> WebUrl::parse(std::string_view text) {
    const auto scheme = takeScheme(text);
    if (!scheme || !std::all_of(text.begin(), text.end(), isVisible))
        return std::nullopt;
    const auto end = std::min(text.find_first_of("/?#"), text.size());
    auto authority = Authority::parse(text.substr(0, end), *scheme);
    if (!authority)
        return std::nullopt;
    return WebUrl{*scheme, std::move(*authority), std::string(text.substr(end))};
}

std::string WebUrl::origin() const {
    return (scheme == WebScheme::https ? "https://" : "http://") + authority.text(scheme);
}

std::string originOf(std::string_view url) {
    const auto parsed = WebUrl::parse(url);
    return parsed ? parsed->origin() : std::string();
}

bool isOriginOf(std::string_view origin, std::string_view url) {
    const auto first = WebUrl::parse(origin);
    const auto second = WebUrl::parse(url);
    return first && second && first->rest.empty() && first->scheme == second->scheme &&
           first->authority == second->authority;
}

bool sameUrl(std::string_view one, std::string_view other) {
    const auto first = WebUrl::parse(one);
    const auto second = WebUrl::parse(other);
    return first && second && first->scheme == second->scheme && first->authority == second->authority &&
           sameRest(first->rest, second->rest);
}

std::string canonicalSiteUrl(std::string_view url) {
    const auto parsed = WebUrl::parse(url);
    if (!parsed)
        return std::string(url);
    const auto rest = withoutSlashes(parsed->rest);
    // Before a query or a fragment an empty path is written out (RFC 3986 section 6.2.3).
    return parsed->origin() + (rest.empty() || !hasNoPath(rest) ? "" : "/") + std::string(rest);
}

bool sameSiteUrl(std::string_view one, std::string_view other) {
    return sameUrl(withoutSlashes(one), withoutSlashes(other));
}

} // namespace central_oauth::base
