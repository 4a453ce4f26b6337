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
///
/// Some keys mean something to the host as well. The origins of all `url` settings but REDIRECT_URI are those
/// that the lent HttpClient may contact. REDIRECT_URI is the callback URL where it is not the usual one.
/// Providers with equal CLIENT_ID and AUTH_BASE share one app upstream. A plugin whose CLIENT_ID is set is
/// configured without being named.
struct SettingSpec {
    std::string key; ///< [A-Z][A-Z0-9_]{0,47}, unique within the plugin, e.g. "CLIENT_ID"
    SettingType type = SettingType::text;
    bool required = false;            ///< the host refuses to start without it
    std::string defaultValue;         ///< empty: no default; of the form that the type asks for
    std::string help;                 ///< one sentence for the operator, with its full stop
    std::vector<std::string> choices; ///< for SettingType::choice, at least one; else empty
};

/// The values of one provider: every declared setting that is set or has a default, already valid.
///
/// Owned by the provider that was created with it. Movable only, because of its secrets. Threads: any may
/// read; only the host sets, before create().
class Settings {
public:
    Settings() = default;

    /// Sets a value, replacing an earlier one. For the host, and for tests of a plugin.
    void set(std::string key, std::string value) { _texts[std::move(key)] = std::move(value); }
    void setSecret(std::string key, Secret value) { _secrets[std::move(key)] = std::move(value); }

    /// The value, or an empty string where the setting is unset; valid until these settings change. Secrets
    /// are not found here. [any]
    [[nodiscard]] const std::string& text(const std::string& key) const {
        static const std::string none;
        const auto found = _texts.find(key);
        return found == _texts.end() ? none : found->second;
    }

    /// The secret, or an empty one where it is unset; valid until these settings change. [any]
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
