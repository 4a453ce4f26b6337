// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/Environment.h"

#include "central_oauth/platform/Environment.h"

namespace central_oauth::config {

Environment::Environment(const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values)
        _values.emplace(name, provider::Secret(value));
}

Environment::Environment(std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
    for (const auto& [name, value] : values)
        _values.emplace(name, provider::Secret(std::string(value)));
}

Environment Environment::fromProcess() {
    Environment result;
    platform::forEachVariable([&](std::string_view name, std::string_view value) {
        result._values.emplace(name, provider::Secret(std::string(value)));
    });
    return result;
}

std::optional<std::string_view> Environment::find(std::string_view name) const {
    const auto found = _values.find(name);
    if (found == _values.end() || found->second.empty())
        return std::nullopt;
    return found->second.reveal();
}

std::vector<std::string> Environment::names(std::string_view prefix) const {
    std::vector<std::string> result;
    for (auto at = _values.lower_bound(prefix); at != _values.end() && at->first.starts_with(prefix); ++at)
        result.push_back(at->first);
    return result;
}

void Environment::eraseSecrets(const std::vector<std::string>& names) {
    for (const auto& name : names)
        platform::eraseVariable(name);
}

} // namespace central_oauth::config
