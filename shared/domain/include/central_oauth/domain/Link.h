// SPDX-License-Identifier: Apache-2.0
// A link. The stage that holds what upstream granted is a separate record (Grant.h).
#pragma once

#include "central_oauth/domain/Grant.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// The status of a link. Expiry is not a status: it follows from `expiresAt`. Stored as text; do not rename
/// on disk.
enum class LinkStatus {
    pending,     ///< not approved yet
    authorizing, ///< approved in one browser, which is at upstream now
    choosing,    ///< upstream granted; the person must choose a site
    staged,      ///< upstream granted; waits for delivery
    delivered,   ///< delivered at least once; the account exists
    ended,       ///< finished without a grant, see `reason`
};

/// Why a link ended without a grant. Stored as text and shown on the wire; do not rename.
enum class EndReason {
    declined,
    upstreamError,
    tooManyEntries,
    differentPerson,
    siteNotAllowed,
    noSite, ///< the person consented, but the account reaches no site
    scopesMissing,
    noRefreshToken,
    undone,
    cancelled,
};

/// The cause of an EndReason::upstreamError, so that the page can name who can fix it. Stored as text; do not
/// rename on disk.
enum class EndCause {
    appRefused,      ///< upstream refuses the app as registered, or its request
    scopeRefused,    ///< upstream does not know a scope, or the app may not request it
    codeRefused,     ///< the authorization code was used or expired, or belongs to another app
    misconfigured,   ///< upstream refuses the app's secret or settings
    busy,            ///< upstream limits the rate
    unavailable,     ///< upstream did not answer, or answered with a failure of its own
    notUnderstood,   ///< upstream's answer could not be understood
    foreignCallback, ///< the callback came to another browser, or from another provider
    serviceNetwork,  ///< this service could not reach upstream: DNS, proxy, certificates, clock
};

/// What the creator of a link polls with; the link stores its SHA-256. Stored as text; do not rename on disk.
enum class PollMethod {
    secret,   ///< the link secret that was issued with the link
    verifier, ///< the link verifier: the code verifier of the challenge that created the link (RFC 7636),
              ///< sent with the client key
};

[[nodiscard]] std::string_view nameOf(LinkStatus status) noexcept;
[[nodiscard]] std::string_view nameOf(EndReason reason) noexcept;
[[nodiscard]] std::string_view nameOf(EndCause cause) noexcept;
[[nodiscard]] std::string_view nameOf(PollMethod method) noexcept;

/// Each returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<LinkStatus> linkStatusOf(std::string_view name) noexcept;
[[nodiscard]] std::optional<EndReason> endReasonOf(std::string_view name) noexcept;
[[nodiscard]] std::optional<EndCause> endCauseOf(std::string_view name) noexcept;
[[nodiscard]] std::optional<PollMethod> pollMethodOf(std::string_view name) noexcept;

/// One attempt to connect an account. Hashes are raw bytes.
struct Link {
    LinkId id;
    ClientId client;
    std::string provider;
    std::string subject;    ///< the client's own user id; may be empty
    std::string label;      ///< shown as unverified; may be empty
    std::string onBehalfOf; ///< the person that the client says the link is for; may be empty
    std::string wantedSite; ///< site id or URL the client asked for; may be empty
    std::vector<std::string> requiredScopes; ///< the link fails if one of these is missing
    AccountId relinkAccount;                 ///< the account to relink; empty if none is named
    std::string expectedUpstreamId;          ///< the only upstream id that may consent; empty if any may
    std::string loginHint;                   ///< for upstream's login page; may be empty
    std::string codeHash;                    ///< HMAC of the 12 digits
    std::string handleHash;                  ///< SHA-256 of the link handle
    PollMethod proof = PollMethod::secret;
    std::string secretHash; ///< SHA-256 of the link secret or the link verifier
    std::string issuer;     ///< id of the client key that created it; may be empty
    std::string requesterAddress;
    std::string requesterProgram; ///< the User-Agent of the creating client, sanitised and truncated
    Timestamp createdAt;
    Timestamp expiresAt;
    std::optional<Timestamp> issuerEnds{}; ///< that key's expiry, which caps the link and its reads

    // What LinkLife.h changes.
    LinkStatus status = LinkStatus::pending;
    std::optional<EndReason> reason;           ///< once ended
    std::optional<EndCause> cause;             ///< with EndReason::upstreamError, if known
    std::string browserHash;                   ///< of the browser that approved; empty before approval
    std::string stateHash;                     ///< of the pending OAuth state; empty if there is none
    Sealed authorization{};                    ///< of the pending OAuth state; empty if there is none
    int wrongEntries = 0;                      ///< wrong codes typed
    std::optional<Timestamp> grantedAt;        ///< when upstream granted, or when the site was chosen
    std::optional<Timestamp> endedAt;          ///< when it ended, or when its expiry was recorded
    AccountId account;                         ///< once delivered
    std::optional<Timestamp> firstDeliveredAt; ///< once delivered
    int reads = 0;                             ///< deliveries so far
};

} // namespace central_oauth::domain
