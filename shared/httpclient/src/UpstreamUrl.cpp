// SPDX-License-Identifier: Apache-2.0
// Keeps the request target exactly as given.
#include "UpstreamUrl.h"

#include "central_oauth/base/Host.h"
#include "central_oauth/base/WebUrl.h"

#include <utility>

namespace central_oauth::httpclient {

std::string UpstreamUrl::authority() const {
    return base::bracketed(host) + ":" + std::to_string(port);
}

std::string UpstreamUrl::origin() const {
    return (secure ? "https://" : "http://") + authority();
}

bool UpstreamUrl::loopback() const {
    return base::isLoopbackHost(host);
}

std::optional<UpstreamUrl> parseUpstreamUrl(const std::string& url) {
    auto parsed = base::WebUrl::parse(url);
    if (!parsed || parsed->rest.find('#') != std::string::npos)
        return std::nullopt;
    auto target = std::move(parsed->rest);
    if (target.empty() || target.front() == '?')
        target.insert(0, "/");
    return UpstreamUrl{parsed->scheme == base::WebScheme::https, parsed->authority.host(),
                       parsed->authority.port(), std::move(target)};
}

} // namespace central_oauth::httpclient
