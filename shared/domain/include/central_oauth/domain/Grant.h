// SPDX-License-Identifier: Apache-2.0
// What upstream grants, from the way there to its end. Tokens are opened here: the store seals them.
#pragma once

#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/Ids.h"

#include <cstdint>
#include <string>
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
    std::string chosenSite; ///< id of one of `sites`, or empty
};

/// The tokens of an account's grant as of `version`.
struct Tokens {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked for it; all zero: unknown
    std::int64_t version = 0;
};

/// Whether upstream is to be asked to end a grant that leaves the store.
enum class Revocation {
    none,
    asConfigured, ///< if the operator still wants it when upstream is asked
    always,       ///< whatever the operator has set
};

/// A grant that nobody keeps: that of a stage which was never delivered, or of a removed account. Upstream
/// may be asked to end it.
struct DroppedStage {
    LinkId link; ///< that brought the grant; the row's key
    ClientId client;
    std::string clientName; ///< when the grant was dropped
    AccountId account;      ///< empty: the grant was never delivered
    std::string provider;
    std::string upstreamId; ///< empty: unknown, or the stage can't be opened
    Secret refreshToken;    ///< the same
    Revocation revocation = Revocation::asConfigured;
};

} // namespace central_oauth::domain
