// SPDX-License-Identifier: Apache-2.0
#include "Url.h"

#include "Host.h"
#include "Text.h"

#include <algorithm>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::config {

namespace {

// RFC 3986 appendix A, reserved and unreserved characters and the percent sign.
bool isUrlCharacter(char c) {
    constexpr std::string_view signs = "-._~:/?#[]@!$&'()*+,;=%";
    return isDigit(c) || isLowerLetter(lower(c)) || signs.find(c) != std::string_view::npos;
}

// Between "//" and the next part; empty where there is none.
std::string_view authorityOf(std::string_view text) {
    constexpr std::string_view mark = "://";
    const auto start = text.find(mark);
    if (start == std::string_view::npos)
        return {};
    text.remove_prefix(start + mark.size());
    return text.substr(0, text.find_first_of("/?#"));
}

// What Poco::URI forgives and nobody means.
std::optional<Objection> objectionToForm(std::string_view text, QueryRule query) {
    const auto authority = authorityOf(text);
    if (!std::all_of(text.begin(), text.end(), isUrlCharacter) || authority.empty())
        return Objection{"is not an absolute URL", "write it as https://host or https://host:port"};
    if (authority.find('@') != std::string_view::npos)
        return Objection{"holds a user name or password", "leave out everything before the @, and the @"};
    if (text.find('#') != std::string_view::npos)
        return Objection{"holds a fragment", "leave out the # and what follows"};
    if (query == QueryRule::refused && text.find('?') != std::string_view::npos)
        return Objection{"holds a query", "leave out the ? and what follows"};
    if (authority.back() == ':')
        return Objection{"has an empty port", "write the port or leave out the colon"};
    return std::nullopt;
}

} // namespace

std::optional<Url> parseUrl(const std::string& text, QueryRule query, Objection& why) {
    if (auto objection = objectionToForm(text, query)) {
        why = *objection;
        return std::nullopt;
    }
    try {
        const Poco::URI uri(text);
        Url url{uri.getScheme() == "https", lower(uri.getHost()), uri.getSpecifiedPort(), uri.getPath()};
        const auto rebuilt = bracketed(url.host) + (url.port == 0 ? "" : ':' + std::to_string(url.port));
        if (!isHost(url.host) || rebuilt != lower(authorityOf(text))) {
            why = {"has no valid host and port",
                   "write a host name or address and, if it is not the usual one, a port"};
            return std::nullopt;
        }
        if (!url.https && !(uri.getScheme() == "http" && isLoopbackHost(url.host))) {
            why = {"is not https", "use https; http is for localhost, 127.0.0.1 and [::1] alone"};
            return std::nullopt;
        }
        return url;
    } catch (const Poco::Exception&) {
        why = {"is not a valid URL", "write it as https://host or https://host:port"};
        return std::nullopt;
    }
}

} // namespace central_oauth::config
