// SPDX-License-Identifier: Apache-2.0
// What upstream grants, in clear and sealed.
#pragma once

#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/Ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// The person upstream that a grant belongs to.
struct Identity {
    std::string upstreamId;  ///< stable, never reused for another person
    std::string displayName; ///< for people
    std::string email;       ///< for people; empty if upstream hides it
};

/// A site that a grant reaches.
struct Site {
    std::string id;
    std::string name;                    ///< for people
    std::string url;                     ///< for people; may be empty
    std::vector<std::string> products{}; ///< such as "jira"

    bool operator==(const Site&) const = default;
};

/// A value that only this service can read (Sealing.h). Equal if the bytes are equal.
struct Sealed {
    std::string blob;
    std::string keyId; ///< of the key that sealed it

    [[nodiscard]] bool empty() const noexcept { return blob.empty(); }
    bool operator==(const Sealed&) const = default;
};

/// What a link needs to recognise the browser's return from upstream (RFC 6749 section 10.12, RFC 7636).
struct Authorization {
    Secret state;
    Secret codeVerifier;
};

/// What upstream granted for a link that is not delivered yet.
struct StagedGrant {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked; all zero if unknown
    std::vector<std::string> scopes;
    Identity identity;
    std::vector<Site> sites;
    std::string chosenSite;   ///< id of one of `sites`, or empty
    std::int64_t version = 0; ///< the account's token version at delivery; 0 before
};

/// The tokens of an account's grant at one version.
struct Tokens {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked; all zero if unknown
    std::int64_t version = 0;
};

/// The stored grant of an account.
struct Grant {
    AccountId account;
    Sealed accessToken;
    Sealed refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked; all zero if unknown
    std::int64_t version = 0;
};

/// Whether to ask upstream to revoke a grant that leaves the store. Stored as text; do not rename on disk.
enum class Revocation {
    none,
    asConfigured, ///< if the operator's setting at the time of the call says so
    always,       ///< regardless of the operator's setting
};

[[nodiscard]] std::string_view nameOf(Revocation revocation) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<Revocation> revocationOf(std::string_view name) noexcept;

/// The state of a stage. Stored as text; do not rename on disk.
enum class StageState {
    waiting,   ///< its link waits for a site or for delivery
    delivered, ///< its link's payload may be read again; has no refresh token
    dropped,   ///< no link or account needs the grant: upstream may be asked to revoke it
};

[[nodiscard]] std::string_view nameOf(StageState state) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<StageState> stageStateOf(std::string_view name) noexcept;

/// What upstream granted for a link, sealed. A dropped stage outlives its link, account and client.
struct Stage {
    LinkId link; ///< the link that brought the grant; the key of the stage
    ClientId client;
    std::string provider;
    std::string subject;
    StageState state = StageState::waiting;
    Sealed grant;
    std::string clientName{}; ///< the client's name when the grant was dropped
    AccountId account{};      ///< the account of a dropped grant; empty if the grant was never delivered
    Revocation revocation = Revocation::asConfigured; ///< for a dropped stage; never none
};

} // namespace central_oauth::domain
