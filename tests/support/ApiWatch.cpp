// SPDX-License-Identifier: Apache-2.0
#include "ApiWatch.h"

#include "ApiValidator.h"
#include "WebBrowser.h"

#include <mutex>
#include <set>
#include <stdexcept>

namespace central_oauth::test {

namespace {

std::mutex originsMutex;
std::multiset<std::string> origins;

bool isWatched(const std::string& origin) {
    const std::lock_guard lock(originsMutex);
    return origins.count(origin) > 0;
}

} // namespace

void watchApi(const std::string& origin) {
    const std::lock_guard lock(originsMutex);
    origins.insert(origin);
}

void unwatchApi(const std::string& origin) {
    const std::lock_guard lock(originsMutex);
    if (const auto found = origins.find(origin); found != origins.end())
        origins.erase(found);
}

void checkApiAnswer(const HttpCall& call, const HttpAnswer& answer) {
    const auto origin = WebBrowser::originOf(call.url);
    if (!isWatched(origin))
        return;
    static const ApiValidator validator(ApiDescription::get());
    const auto target = call.url.substr(origin.size());
    std::string text;
    for (const auto& violation : validator.violations(call.method, target.empty() ? "/" : target, answer))
        text += "\n  " + violation;
    if (text.empty())
        return;
    // Without the query, and with the pattern instead of the path: both may hold secrets.
    const auto known = ApiDescription::get().at(target.substr(0, target.find('?')));
    throw std::runtime_error(call.method + " " +
                             (known.empty() ? "of an unlisted path" : known.front()->path) + ", " +
                             std::to_string(answer.status) + ": not as docs/openapi.json says:" + text);
}

} // namespace central_oauth::test
