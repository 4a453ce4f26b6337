// SPDX-License-Identifier: Apache-2.0
// Where the server is and with which key: the client's settings, from the environment.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <functional>
#include <optional>
#include <string>

namespace central_oauth::cli {

/// What every command that calls the server needs. Movable only, because of the key.
struct ClientSettings {
    std::string url; ///< https, or http to a loopback address; without a slash at its end
    provider::Secret key;
    std::string caFile;     ///< more trusted certificates (PEM); empty: the system's only
    std::string httpsProxy; ///< HTTPS_PROXY; empty: none
    std::string noProxy;    ///< NO_PROXY
};

/// Looks up an environment variable; nothing if it is not set.
using VariableLookup = std::function<std::optional<std::string>(const std::string&)>;

/// Reads CENTRAL_OAUTH_URL and CENTRAL_OAUTH_CLIENT_KEY and checks their shape.
/// Throws: Failure(usage) for a missing key or an unusable URL, Failure(keyRefused) for a key that can't be
/// one. The key is in no message.
[[nodiscard]] ClientSettings readClientSettings(const VariableLookup& variable);

} // namespace central_oauth::cli
