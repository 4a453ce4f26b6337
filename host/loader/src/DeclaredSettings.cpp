// SPDX-License-Identifier: Apache-2.0
// The promises of provider::SettingSpec, checked once when a plugin is loaded.
#include "DeclaredSettings.h"

#include "central_oauth/base/Text.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace central_oauth::loader {

using provider::SettingSpec;
using provider::SettingType;

namespace {

constexpr std::size_t settingLimit = 100;

bool isKey(std::string_view key) {
    // NAME_FILE is where the host looks for the secret NAME.
    return !key.empty() && key.size() <= 48 && base::isUpperLetter(key.front()) && !key.ends_with("_FILE") &&
           base::consistsOf(key,
                            [](char c) { return base::isUpperLetter(c) || base::isDigit(c) || c == '_'; });
}

// Only a well-formed key is quoted, because another could hold anything.
std::string faultOfOne(const SettingSpec& spec) {
    if (!isKey(spec.key))
        return "a setting has a malformed key; use A to Z, digits and underscores, 48 at most, and no _FILE "
               "at the end";
    const auto isAmongChoices = [&] {
        return std::find(spec.choices.begin(), spec.choices.end(), spec.defaultValue) != spec.choices.end();
    };
    switch (spec.type) {
    case SettingType::text:
    case SettingType::secret:
    case SettingType::url:
    case SettingType::scopeList:
        return {};
    case SettingType::choice:
        if (spec.choices.empty())
            return "its setting " + spec.key + " has no choices; list them";
        return spec.defaultValue.empty() || isAmongChoices()
                   ? std::string()
                   : "the default of its setting " + spec.key + " is none of its choices; choose one";
    case SettingType::flag:
        return spec.defaultValue.empty() || spec.defaultValue == "on" || spec.defaultValue == "off"
                   ? std::string()
                   : "the default of its setting " + spec.key + " is neither on nor off; choose one";
    }
    return "its setting " + spec.key + " has a type that this host does not know; update the host";
}

} // namespace

std::optional<std::string> faultOf(const std::vector<SettingSpec>& settings) {
    if (settings.size() > settingLimit)
        return "it declares more than 100 settings; leave some out";
    std::set<std::string_view> keys;
    for (const auto& spec : settings) {
        if (auto fault = faultOfOne(spec); !fault.empty())
            return fault;
        if (!keys.insert(spec.key).second)
            return "it declares its setting " + spec.key + " twice; rename one of the two";
    }
    return std::nullopt;
}

} // namespace central_oauth::loader
