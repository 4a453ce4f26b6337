// SPDX-License-Identifier: Apache-2.0
// URL parts by Poco::URI; the request target is cut from the text as it came.
#include "UpstreamUrl.h"

#include <algorithm>

#include <Poco/Net/IPAddress.h>
#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::httpclient {

namespace {

bool hasForbiddenCharacter(const std::string& url) {
    return std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c >= '\x7f' || c == '#'; });
}

std::string targetOf(const std::string& url) {
    const auto start = url.find_first_of("/?", url.find("://") + 3);
    if (start == std::string::npos)
        return "/";
    return url[start] == '?' ? "/" + url.substr(start) : url.substr(start);
}

} // namespace

std::string UpstreamUrl::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return name + ":" + std::to_string(port);
}

std::string UpstreamUrl::origin() const {
    return (secure ? "https://" : "http://") + authority();
}

bool UpstreamUrl::loopback() const {
    Poco::Net::IPAddress address;
    return host == "localhost" || (Poco::Net::IPAddress::tryParse(host, address) && address.isLoopback());
}

std::optional<UpstreamUrl> parseUpstreamUrl(const std::string& url) {
    if (hasForbiddenCharacter(url) || url.find("://") == std::string::npos)
        return std::nullopt;
    try {
        const Poco::URI uri(url);
        const std::string scheme = Poco::toLower(uri.getScheme());
        if ((scheme != "https" && scheme != "http") || uri.getHost().empty() || !uri.getUserInfo().empty() ||
            uri.getPort() == 0)
            return std::nullopt;
        return UpstreamUrl{scheme == "https", Poco::toLower(uri.getHost()), uri.getPort(), targetOf(url)};
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

} // namespace central_oauth::httpclient
