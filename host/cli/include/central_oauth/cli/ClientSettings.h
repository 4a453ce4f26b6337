// SPDX-License-Identifier: Apache-2.0
// Where the server is and with which key: the client's settings, from the environment and the settings file.
#pragma once

#include "central_oauth/cli/SettingsFile.h"
#include "central_oauth/provider/Secret.h"

#include <string>
#include <vector>

namespace central_oauth::cli {

/// What every command that calls the server needs. Movable only, because of the key.
struct ClientSettings {
    std::string url; ///< https, or http to a loopback address; without a slash at its end
    provider::Secret key;
    std::string caFile;            ///< more trusted certificates (PEM); empty for the system's only
    std::string caSource = "--ca"; ///< where caFile comes from, for messages
    std::string httpsProxy;        ///< empty without a proxy
    std::string proxySetting = "HTTPS_PROXY"; ///< the variable that httpsProxy comes from
    std::string noProxy;
    std::string noProxySetting = "NO_PROXY"; ///< the variable that noProxy comes from, or may be put into
    std::vector<std::string> warnings;       ///< doubts about the settings file, in sentences
};

/// The unchecked settings, each with its source: the name of a variable, the path of the settings file, or
/// empty if neither has it.
struct FoundSettings {
    StoredSettings values; ///< the url has its default
    std::string urlSource;
    std::string keySource;
    std::string caSource;
};

/// Reads url, key and ca; the environment wins over the settings file.
/// Throws: Failure(usage) for a settings file that can't be used.
[[nodiscard]] FoundSettings findSettings(const VariableLookup& variable);

/// Reads and checks the settings, as findSettings; `caOption` (--ca) wins over the file's `ca`.
/// Throws: Failure(usage) for a missing key or an unusable URL, Failure(keyRefused) for a key that can't be
/// one. The key is in no message.
[[nodiscard]] ClientSettings readClientSettings(const VariableLookup& variable,
                                                const std::string& caOption = {});

/// Returns the URL in the form in which it is used. `source` names it in messages.
/// Throws: Failure(usage).
[[nodiscard]] std::string checkedUrl(std::string text, const std::string& source);

/// Returns the key if it has the form of one. `source` names it in messages.
/// Throws: Failure(keyRefused); the key is in no message.
[[nodiscard]] provider::Secret checkedKey(provider::Secret key, const std::string& source);

} // namespace central_oauth::cli
