// SPDX-License-Identifier: Apache-2.0
#include "Url.h"

#include "ForeignObjection.h"
#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/WebUrl.h"

#include <string_view>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::config {

namespace {

// Returns the text between "//" and the next part; empty if there is none.
std::string_view authorityOf(std::string_view text) {
    constexpr std::string_view mark = "://";
    const auto start = text.find(mark);
    if (start == std::string_view::npos)
        return {};
    text.remove_prefix(start + mark.size());
    return text.substr(0, text.find_first_of("/?#"));
}

// Rejects forms that Poco::URI accepts but that are always mistakes.
std::optional<Objection> objectionToForm(std::string_view text, QueryRule query) {
    if (auto foreign = objectionToCharacters(text))
        return foreign;
    const auto authority = authorityOf(text);
    if (!base::consistsOf(text, base::isUrlCharacter) || authority.empty())
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

const Objection notHttps{"is not https", "use https; http is for localhost, 127.0.0.1 and [::1] alone"};

// Returns the path without its query. Leaves it encoded if its percent signs are invalid.
std::string decodedPath(const std::string& rest) {
    auto raw = rest.substr(0, rest.find('?'));
    std::string path;
    try {
        Poco::URI::decode(raw, path);
    } catch (const Poco::Exception&) {
        return raw;
    }
    return path;
}

} // namespace

std::optional<Url> parseUrl(const std::string& text, QueryRule query, Objection& why) {
    if (auto objection = objectionToForm(text, query)) {
        why = *objection;
        return std::nullopt;
    }
    const auto scheme = base::lower(text.substr(0, text.find("://")));
    if (scheme != "https" && scheme != "http") {
        why = notHttps;
        return std::nullopt;
    }
    const auto parsed = base::WebUrl::parse(text);
    if (!parsed) {
        why = {"has no valid host and port",
               "write a host name or address and, if it is not the usual one, a port"};
        return std::nullopt;
    }
    const Url url{*parsed, decodedPath(parsed->rest)};
    if (!url.https() && !base::isLoopbackHost(url.parts.authority.host())) {
        why = notHttps;
        return std::nullopt;
    }
    return url;
}

} // namespace central_oauth::config
