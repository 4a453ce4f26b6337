// SPDX-License-Identifier: Apache-2.0
// Rules for names, scopes and limits of clients and their keys.
#pragma once

#include "central_oauth/domain/Client.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// Returns the four scopes of a client key.
[[nodiscard]] const std::vector<std::string>& clientScopes();

/// A client to be registered. Checked by checkNewClient.
struct NewClient {
    std::string name; ///< 1–64 of [A-Za-z0-9 ._-], starting with a letter or digit
    std::vector<std::string> scopes = clientScopes(); ///< a non-empty subset of clientScopes()
    int linksPerMinute = 60;                          ///< 1–1,000,000
    int liveLinks = 500;                              ///< 1–10,000
    int maxAccounts = 10'000;                         ///< 1–1,000,000
    int writesPerMinute = 600;                        ///< 1–1,000,000
    int checksPerMinute = 300;                        ///< 1–1,000,000
    std::string contact{};          ///< the person or team responsible; at most 64 printable characters
    bool requireSubject = false;    ///< whether every request must name the subject
    bool requireOnBehalfOf = false; ///< whether every link must name the person it is for
};

/// A key to be added to a client. Checked by checkNewKey.
struct NewKey {
    std::string name;                                 ///< as a client's name
    std::optional<std::vector<std::string>> scopes{}; ///< a subset of the client's; nullopt for all
    std::optional<std::chrono::seconds> life{};       ///< an hour to ten years; nullopt for no expiry
};

/// Throws: base::Error(invalidRequest) whose hint names the fault.
void checkNewClient(const NewClient& wanted);

/// Throws: base::Error(invalidRequest) whose hint names the fault.
void checkNewKey(const NewKey& wanted, const Client& client);

/// Throws: base::Error(invalidRequest) unless `keep`, for how long a replaced key stays valid, is allowed.
void checkKeep(std::chrono::hours keep);

} // namespace central_oauth::domain
