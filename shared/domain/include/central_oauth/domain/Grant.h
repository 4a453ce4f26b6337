// SPDX-License-Identifier: Apache-2.0
// What upstream grants, from the way there to its end: in clear while it is at hand, sealed while it is
// stored.
#pragma once

#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/Ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// The person at upstream behind a grant.
struct Identity {
    std::string upstreamId;  ///< stable, never reused for another person
    std::string displayName; ///< for people
    std::string email;       ///< for people; empty where upstream hides it
};

/// A site that a grant reaches.
struct Site {
    std::string id;
    std::string name;                    ///< for people
    std::string url;                     ///< for people; empty: none
    std::vector<std::string> products{}; ///< such as "jira"

    bool operator==(const Site&) const = default;
};

/// A value that only this service can read (Sealing.h). A value; compares as its bytes.
struct Sealed {
    std::string blob;
    std::string keyId; ///< of the key that sealed it

    [[nodiscard]] bool empty() const noexcept { return blob.empty(); }
    bool operator==(const Sealed&) const = default;
};

/// What a browser takes to upstream and back (RFC 6749 section 10.12, RFC 7636).
struct Authorization {
    Secret state;
    Secret codeVerifier;
};

/// What upstream gave for a link, before it is an account's grant.
struct StagedGrant {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked for it; all zero: unknown
    std::vector<std::string> scopes;
    Identity identity;
    std::vector<Site> sites;
    std::string chosenSite;   ///< id of one of `sites`, or empty
    std::int64_t version = 0; ///< the account's token version under which it was delivered; 0 before
};

/// The tokens of an account's grant as of `version`.
struct Tokens {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked for it; all zero: unknown
    std::int64_t version = 0;
};

/// The grant of an account as it is stored.
struct Grant {
    AccountId account;
    Sealed accessToken;
    Sealed refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked for it; all zero: unknown
    std::int64_t version = 0;
};

/// Whether upstream is to be asked to end a grant that leaves the store. Stored as text; do not rename on
/// disk.
enum class Revocation {
    none,
    asConfigured, ///< if the operator still wants it when upstream is asked
    always,       ///< whatever the operator has set
};

[[nodiscard]] std::string_view nameOf(Revocation revocation) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<Revocation> revocationOf(std::string_view name) noexcept;

/// Where a stage stands. Stored as text; do not rename on disk.
enum class StageState {
    waiting,   ///< its link waits for a site or for its delivery
    delivered, ///< its link's payload may be read again; without the refresh token
    dropped,   ///< nobody keeps the grant: upstream may be asked to end it
};

[[nodiscard]] std::string_view nameOf(StageState state) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<StageState> stageStateOf(std::string_view name) noexcept;

/// What upstream gave for a link, sealed. It outlives link, account and client while it is dropped.
struct Stage {
    LinkId link; ///< that brought the grant; the stage's key
    ClientId client;
    std::string provider;
    std::string subject;
    StageState state = StageState::waiting;
    Sealed grant;
    std::string clientName{}; ///< as it was when the grant was dropped
    AccountId account{};      ///< whose grant was dropped; empty: it was never delivered
    Revocation revocation = Revocation::asConfigured; ///< of a dropped one; never none
};

} // namespace central_oauth::domain
