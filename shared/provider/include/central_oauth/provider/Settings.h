// SPDX-License-Identifier: Apache-2.0
// What a plugin declares about its configuration, and the validated values it gets back.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::provider {
inline namespace v1 {

/// How the host checks a setting before a plugin sees it. Do not renumber.
enum class SettingType {
    text = 0,      ///< any non-empty line without control characters
    secret = 1,    ///< as text; masked everywhere, also read from NAME_FILE
    url = 2,       ///< absolute https URL without query and fragment, or http to a loopback address
    scopeList = 3, ///< space separated scope tokens (RFC 6749 section 3.3)
    choice = 4,    ///< one of SettingSpec::choices
    flag = 5,      ///< "on" or "off"
};

/// One setting of a provider. The environment name is CENTRAL_OAUTH_<NAME>_<key>.
struct SettingSpec {
    std::string key; ///< upper case, e.g. "CLIENT_ID"
    SettingType type = SettingType::text;
    bool required = false;
    std::string defaultValue; ///< empty: no default
    std::string help;         ///< one sentence for the operator
    std::vector<std::string> choices;
};

/// The values of one provider: every declared setting that is set or has a default, already valid.
///
/// Owned by the provider that was created with it. Immutable, so any thread may read.
class Settings {
public:
    Settings() = default;

    void set(std::string key, std::string value) { _texts[std::move(key)] = std::move(value); }
    void setSecret(std::string key, Secret value) { _secrets[std::move(key)] = std::move(value); }

    /// The value, or an empty string where the setting is unset. Secrets are not found here.
    [[nodiscard]] const std::string& text(const std::string& key) const {
        static const std::string none;
        const auto found = _texts.find(key);
        return found == _texts.end() ? none : found->second;
    }

    /// The secret, valid as long as these settings; an empty one where it is unset.
    [[nodiscard]] const Secret& secret(const std::string& key) const {
        static const Secret none;
        const auto found = _secrets.find(key);
        return found == _secrets.end() ? none : found->second;
    }

private:
    std::map<std::string, std::string> _texts;
    std::map<std::string, Secret> _secrets;
};

} // namespace v1
} // namespace central_oauth::provider
