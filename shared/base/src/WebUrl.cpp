// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/WebUrl.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <utility>

namespace central_oauth::base {

namespace {

// Removes "https://" or "http://", in any case (RFC 3986 section 6.2.2.1).
std::optional<WebScheme> takeScheme(std::string_view& text) {
    for (const auto& [prefix, scheme] : {std::pair(std::string_view("https://"), WebScheme::https),
                                         std::pair(std::string_view("http://"), WebScheme::http)}) {
        if (!startsWithIgnoringCase(text, prefix))
            continue;
        text.remove_prefix(prefix.size());
        return scheme;
    }
    return std::nullopt;
}

// Returns whether the path is empty: "", "?…" and "#…".
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
    if (!scheme || !consistsOf(text, isVisible))
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
    const auto rest = trimEnd(parsed->rest, "/");
    // Before a query or a fragment, an empty path becomes "/" (RFC 3986 section 6.2.3).
    return parsed->origin() + (rest.empty() || !hasNoPath(rest) ? "" : "/") + std::string(rest);
}

bool sameSiteUrl(std::string_view one, std::string_view other) {
    return sameUrl(trimEnd(one, "/"), trimEnd(other, "/"));
}

} // namespace central_oauth::base
