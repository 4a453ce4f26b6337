// SPDX-License-Identifier: Apache-2.0
// A link as the domain knows it. Its stage, which holds what upstream granted, is a record of its own
// (Grant.h).
#pragma once

#include "central_oauth/domain/Grant.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// Where a link stands. Expiry is not a status: it follows from `expiresAt`. Stored as text; do not rename on
/// disk.
enum class LinkStatus {
    pending,     ///< nobody has approved yet
    authorizing, ///< approved in one browser, which is at upstream now
    choosing,    ///< upstream granted; the person has yet to say which site
    staged,      ///< upstream granted; waits for delivery
    delivered,   ///< delivered at least once; the account exists
    ended,       ///< over without a grant, see `reason`
};

/// Why a link ended without a grant. Stored as text and shown on the wire; do not rename.
enum class EndReason {
    declined,
    upstreamError,
    tooManyEntries,
    differentPerson,
    siteNotAllowed,
    noSite, ///< the person consented, and the account reaches no site at all
    scopesMissing,
    noRefreshToken,
    undone,
    cancelled,
};

/// What lies behind an EndReason::upstreamError, for the page that tells the person who can fix it. Stored as
/// text; do not rename on disk.
enum class EndCause {
    appRefused,      ///< upstream does not take the app as it is registered or asks
    scopeRefused,    ///< upstream does not know a scope, or the app may not ask for it
    codeRefused,     ///< the authorization code was used, too old, or another app's
    misconfigured,   ///< upstream does not take the app's secret or settings
    busy,            ///< upstream limits the rate
    unavailable,     ///< upstream did not answer, or with a failure of its own
    notUnderstood,   ///< upstream answered what nobody understands
    foreignCallback, ///< the answer came to another browser, or from another provider
    serviceNetwork,  ///< this service did not get through: names, proxy, certificates, clock
};

/// What the creator of a link polls with; the link keeps its SHA-256. Stored as text; do not rename on disk.
enum class PollMethod {
    secret,   ///< the link secret that was issued with the link
    verifier, ///< beside the client key: the code verifier of the challenge that created the link (RFC 7636)
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

/// One run of the link-code flow. Hashes are raw bytes.
struct Link {
    LinkId id;
    ClientId client;
    std::string provider;
    std::string subject;                     ///< the client's own user id; may be empty
    std::string label;                       ///< shown as unverified; may be empty
    std::string onBehalfOf;                  ///< for whom the client says it asks; may be empty
    std::string wantedSite;                  ///< site id or URL the client asked for; may be empty
    std::vector<std::string> requiredScopes; ///< without one of these the link fails
    AccountId relinkAccount;                 ///< the account to link again; empty: none in particular
    std::string expectedUpstreamId;          ///< the one upstream id that may consent; empty: any
    std::string loginHint;                   ///< for upstream's login page; may be empty
    std::string codeHash;                    ///< HMAC of the 12 digits
    std::string handleHash;                  ///< SHA-256 of the link handle
    PollMethod proof = PollMethod::secret;
    std::string secretHash; ///< SHA-256 of what proves the creator
    std::string issuer;     ///< id of the client key that created it; empty: none in particular
    std::string requesterAddress;
    std::string requesterProgram; ///< the creating client's User-Agent, cleaned and cut
    Timestamp createdAt;
    Timestamp expiresAt;
    std::optional<Timestamp> issuerEnds{}; ///< that key's expiry, which nothing of the link outlives

    // What its life changes: LinkLife.h.
    LinkStatus status = LinkStatus::pending;
    std::optional<EndReason> reason;           ///< once ended
    std::optional<EndCause> cause;             ///< with EndReason::upstreamError, where it is known
    std::string browserHash;                   ///< of the browser that approved; empty before
    std::string stateHash;                     ///< of the OAuth state that has yet to come back; or empty
    Sealed authorization{};                    ///< of that state; empty without one
    int wrongEntries = 0;                      ///< codes that were typed wrong
    std::optional<Timestamp> grantedAt;        ///< when upstream granted, or its site was chosen
    std::optional<Timestamp> endedAt;          ///< when it ended, or was noted to have expired
    AccountId account;                         ///< once delivered
    std::optional<Timestamp> firstDeliveredAt; ///< once delivered
    int reads = 0;                             ///< deliveries so far
};

} // namespace central_oauth::domain
