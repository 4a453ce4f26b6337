// SPDX-License-Identifier: Apache-2.0
// The settings that a plugin declares, and the validated values it receives.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::provider {
inline namespace v1 {

/// How the host validates a setting before a plugin sees it. Do not renumber.
enum class SettingType {
    text = 0,      ///< any non-empty line without control characters
    secret = 1,    ///< as text; masked everywhere, may come from NAME_FILE
    url = 2,       ///< absolute https URL without query and fragment, or http to a loopback address
    scopeList = 3, ///< space-separated scope tokens (RFC 6749 section 3.3)
    choice = 4,    ///< one of SettingSpec::choices
    flag = 5,      ///< "on" or "off"
};

/// A setting of a provider. Its environment variable is CENTRAL_OAUTH_<NAME>_<key>.
///
/// Some keys have a meaning for the host. The lent HttpClient may contact the origins of all `url` settings
/// except REDIRECT_URI. REDIRECT_URI is the callback URL if it is not the usual one. Providers with equal
/// CLIENT_ID and AUTH_BASE share an app upstream. A plugin whose CLIENT_ID is set is configured without being
/// named.
struct SettingSpec {
    std::string key; ///< [A-Z][A-Z0-9_]{0,47}, unique within the plugin, e.g. "CLIENT_ID"
    SettingType type = SettingType::text;
    bool required = false;            ///< the host refuses to start without it
    std::string defaultValue;         ///< in the form of the type; empty for no default
    std::string help;                 ///< one sentence for the operator, with its full stop
    std::vector<std::string> choices; ///< for SettingType::choice at least one; otherwise empty
};

/// The values of one provider: every declared setting that is set or has a default, validated.
///
/// Owned by the provider that was created with it. Movable only, because of its secrets. The host sets values
/// before create(); after that reading is thread-safe.
class Settings {
public:
    Settings() = default;

    /// Sets or replaces a value. For the host, and for tests of a plugin.
    void set(std::string key, std::string value) { _texts[std::move(key)] = std::move(value); }
    void setSecret(std::string key, Secret value) { _secrets[std::move(key)] = std::move(value); }

    /// Returns the value, or an empty string if the setting is unset; valid until these settings change.
    /// Never returns a secret.
    /// Thread-safe.
    [[nodiscard]] const std::string& text(const std::string& key) const {
        static const std::string none;
        const auto found = _texts.find(key);
        return found == _texts.end() ? none : found->second;
    }

    /// Returns the secret, or an empty one if it is unset; valid until these settings change.
    /// Thread-safe.
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
