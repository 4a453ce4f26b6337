// SPDX-License-Identifier: Apache-2.0
#include "UpstreamApp.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace central_oauth::app {

namespace {

// Poco writes scheme and host in lower case, and the port only where it is not the usual one.
std::string withoutQuery(const std::string& url, bool withPath) {
    try {
        Poco::URI uri(url);
        auto path = withPath ? uri.getPath() : std::string();
        while (path.ends_with('/'))
            path.pop_back();
        uri.setPath(path);
        uri.setRawQuery({});
        return uri.toString();
    } catch (const Poco::Exception&) {
        return {};
    }
}

} // namespace

std::string originOf(const std::string& url) {
    return withoutQuery(url, false);
}

std::string appOf(const provider::Settings& settings) {
    const auto& client = settings.text("CLIENT_ID");
    return client.empty() ? std::string() : withoutQuery(settings.text("AUTH_BASE"), true) + ' ' + client;
}

} // namespace central_oauth::app
