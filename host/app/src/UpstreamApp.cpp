// SPDX-License-Identifier: Apache-2.0
#include "UpstreamApp.h"

#include "central_oauth/base/WebUrl.h"

namespace central_oauth::app {

namespace {

// In one spelling for all that mean the same.
std::string withoutQuery(const std::string& url) {
    const auto parsed = base::WebUrl::parse(url);
    if (!parsed)
        return {};
    auto path = parsed->rest.substr(0, parsed->rest.find_first_of("?#"));
    while (path.ends_with('/'))
        path.pop_back();
    return parsed->origin() + path;
}

} // namespace

std::string appOf(const provider::Settings& settings) {
    const auto& client = settings.text("CLIENT_ID");
    return client.empty() ? std::string() : withoutQuery(settings.text("AUTH_BASE")) + ' ' + client;
}

} // namespace central_oauth::app
