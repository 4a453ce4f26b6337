// SPDX-License-Identifier: Apache-2.0
// A client and its keys.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// Whether a client can keep its key secret (RFC 6749 section 2.1). Stored as text; do not rename on disk.
enum class ClientKind { confidential, publicClient };

[[nodiscard]] std::string_view nameOf(ClientKind kind) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<ClientKind> clientKindOf(std::string_view name) noexcept;

/// A registered caller. Its name is unique.
struct Client {
    ClientId id;
    std::string name;
    ClientKind kind = ClientKind::confidential;
    std::string contact; ///< the person or team responsible for it, shown on the page; may be empty
    std::vector<std::string> scopes;
    int linksPerMinute = 60;        ///< link creations
    int liveLinks = 500;            ///< links that are neither finished nor expired
    int maxAccounts = 10'000;       ///< accounts, including those that its open links may create
    int writesPerMinute = 600;      ///< requests that change something, except link creations
    int checksPerMinute = 300;      ///< requests that cause a call upstream
    bool requireSubject = false;    ///< whether every request must name the subject
    bool requireOnBehalfOf = false; ///< whether every link must name the person it is for
    Timestamp createdAt;
};

/// One named key of a client. `hash` is SHA-256 of the whole credential.
struct ClientKey {
    std::string keyId;
    ClientId clientId;
    std::string name;
    std::string hash;
    std::vector<std::string> scopes; ///< a subset of the client's
    std::optional<Timestamp> expiresAt;
    Timestamp createdAt;
    std::string issuer{}; ///< id of the key that this one replaced; empty if the operator made it
    /// The expiry that the operator set; a rotation does not shorten it.
    std::optional<Timestamp> originalExpiry{};
};

} // namespace central_oauth::domain
