// SPDX-License-Identifier: Apache-2.0
#include "PublicUrl.h"

#include "Url.h"
#include "central_oauth/base/Text.h"

namespace central_oauth::config {

std::optional<PublicUrl> parsePublicUrl(const std::string& text, Objection& why) {
    const auto url = parseUrl(text, QueryRule::refused, why);
    if (!url)
        return std::nullopt;
    if (!url->path.empty() && url->path != "/") {
        why = {"holds a path", "leave out what follows the host; the service needs a host name of its own"};
        return std::nullopt;
    }
    return PublicUrl{url->parts.origin(), url->parts.authority.text(url->parts.scheme), url->https()};
}

bool isSupportUrl(const std::string& text) {
    constexpr std::string_view mailto = "mailto:";
    if (text.starts_with(mailto)) {
        const auto address = std::string_view(text).substr(mailto.size());
        const auto at = address.find('@');
        // The URL becomes an href: refuses characters that could end one, although some are legal in an
        // address.
        const bool harmless = base::consistsOf(address, [](char c) {
            return base::isVisible(c) && std::string_view("\"<>'\\`").find(c) == std::string_view::npos;
        });
        return harmless && at != 0 && at != std::string_view::npos && at + 1 < address.size();
    }
    Objection ignored;
    const auto url = parseUrl(text, QueryRule::allowed, ignored);
    return url && url->https();
}

} // namespace central_oauth::config
