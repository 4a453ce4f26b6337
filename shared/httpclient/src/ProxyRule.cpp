// SPDX-License-Identifier: Apache-2.0
#include "ProxyRule.h"

#include "central_oauth/base/Error.h"

#include <sstream>

#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::httpclient {

namespace {

[[noreturn]] void refuseProxy(const std::string& setting) {
    throw base::Error(base::ErrorCode::providerMisconfigured, {},
                      setting + " is not of the form http://[user:password@]host:port; correct or unset it");
}

std::string base64(const std::string& text) {
    std::ostringstream encoded;
    Poco::Base64Encoder encoder(encoded);
    encoder.rdbuf()->setLineLength(0);
    encoder << text;
    encoder.close();
    return encoded.str();
}

// Splits off the user information; parseUpstreamUrl refuses it.
std::string splitUserInfo(std::string& url) {
    const auto start = url.find("://");
    const auto at = url.rfind('@');
    if (start == std::string::npos || at == std::string::npos || at < start)
        return {};
    std::string encoded = url.substr(start + 3, at - start - 3);
    url.erase(start + 3, at - start - 2);
    std::string userInfo;
    Poco::URI::decode(encoded, userInfo);
    return userInfo;
}

} // namespace

ProxyRule::ProxyRule(const std::string& httpsProxy, const std::string& noProxy, const std::string& setting)
    : _direct(noProxy) {
    if (httpsProxy.empty())
        return;
    std::string url = httpsProxy.find("://") == std::string::npos ? "http://" + httpsProxy : httpsProxy;
    try {
        const std::string userInfo = splitUserInfo(url);
        if (!userInfo.empty())
            _authorization = provider::Secret("Basic " + base64(userInfo));
    } catch (const Poco::Exception&) {
        refuseProxy(setting);
    }
    _proxy = parseUpstreamUrl(url);
    if (!_proxy || _proxy->secure)
        refuseProxy(setting);
}

const UpstreamUrl* ProxyRule::proxyFor(const UpstreamUrl& upstream) const {
    if (!_proxy || !upstream.secure || upstream.loopback() || _direct.contains(upstream.host, upstream.port))
        return nullptr;
    return &*_proxy;
}

} // namespace central_oauth::httpclient
