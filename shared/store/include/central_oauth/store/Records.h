// SPDX-License-Identifier: Apache-2.0
// What the repositories keep, as plain values. Secrets are in clear here: sealing happens inside the store.
//
// Module store: repositories and their SQLite implementation; encrypts here and nowhere else. Knows no HTTP
// and no OAuth. Services include this file and the *Repository.h interfaces, never the Sqlite*.h files.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Lifetime.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/provider/Provider.h"
#include "central_oauth/provider/Secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::store {

using base::AccountId;
using base::ClientId;
using base::LinkId;
using base::Timestamp;
using provider::Identity;
using provider::Secret;
using provider::Site;

/// Whether a client can keep its key to itself (RFC 6749 section 2.1). Stored as text; do not rename on disk.
enum class ClientKind { confidential, publicClient };

/// A registered caller. Its name is unique.
struct Client {
    ClientId id;
    std::string name;
    ClientKind kind = ClientKind::confidential;
    std::string contact; ///< who answers for it, shown on the page; may be empty
    std::vector<std::string> scopes;
    int linksPerMinute = 60;        ///< link creations in all
    int liveLinks = 500;            ///< links neither finished nor expired
    int maxAccounts = 10'000;       ///< accounts, with those that its open links may bring
    int writesPerMinute = 600;      ///< requests that change something, but for link creations
    int checksPerMinute = 300;      ///< requests that make the service ask upstream
    bool requireSubject = false;    ///< whether every request must say which of its users it is for
    bool requireOnBehalfOf = false; ///< whether every link must name its person to the person who approves
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
    std::string issuer{}; ///< id of the key that this one replaced; empty: the operator made it
    /// The expiry that the operator gave, which a rotation does not shorten. Nothing: none.
    std::optional<Timestamp> originalExpiry{};
};

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

/// Why a link ended without a grant. The wire names are in endReasonName. Stored as text; do not rename on
/// disk.
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

/// The name in an answer and on disk, e.g. "too_many_entries".
[[nodiscard]] std::string_view endReasonName(EndReason reason) noexcept;

/// What lies behind an EndReason::upstreamError, for the page that tells the person who mends it. Stored as
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

/// The name on disk and of a page's text, e.g. "scope_refused".
[[nodiscard]] std::string_view endCauseName(EndCause cause) noexcept;

/// What the creator of a link polls with; the link keeps its SHA-256. Stored as text; do not rename on disk.
enum class PollProof {
    secret,   ///< the link secret that was issued with the link
    verifier, ///< one that the client made and showed the challenge of (RFC 7636, S256), beside its key
};

/// One run of the link-code flow.
struct Link {
    LinkId id;
    ClientId client;
    std::string provider;
    std::string subject;                     ///< the client's own user id; may be empty
    std::string label;                       ///< shown as unverified; may be empty
    std::string onBehalfOf;                  ///< for whom the client says it asks; may be empty
    std::string wantedSite;                  ///< site id or URL the client asked for; may be empty
    std::vector<std::string> requiredScopes; ///< without one of these the link fails
    AccountId wantedAccount;                 ///< the account to link again; empty: none in particular
    std::string wantedPerson;                ///< the one upstream id that may consent; empty: any
    std::string loginHint;                   ///< for upstream's login page; may be empty
    PollProof proof = PollProof::secret;
    std::string secretHash; ///< SHA-256 of what proves the creator
    LinkStatus status = LinkStatus::pending;
    std::optional<EndReason> reason;
    std::optional<EndCause> cause; ///< with EndReason::upstreamError, where it is known
    std::string browserHash;       ///< of the browser that approved; empty before
    int wrongEntries = 0;
    std::string requesterAddress;
    std::string requesterProgram; ///< the creating client's User-Agent, cleaned and cut
    Timestamp createdAt;
    Timestamp expiresAt;
    std::optional<Timestamp> grantedAt; ///< when upstream granted, or its site was chosen
    AccountId account;                  ///< once delivered
};

/// A link to be created, with the values that only the store compares.
struct NewLink {
    Link link;
    std::string codeHash;   ///< HMAC of the 12 digits
    std::string handleHash; ///< SHA-256 of the link handle
    std::string issuer{};   ///< id of the client key that creates it; empty: none in particular
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

/// Whether an account's grant still works. Stored as text; do not rename on disk.
enum class AccountStatus { active, needsReauth };

/// A remote identity linked by one client at one provider for one subject; these and upstreamId are unique
/// together.
struct Account {
    AccountId id;
    ClientId client;
    std::string provider;
    std::string subject;
    Identity identity;
    std::string label;      ///< the client's own name for it; may be empty
    std::string chosenSite; ///< id of one of `sites`, or empty
    std::vector<Site> sites;
    bool sitesDamaged = false; ///< `sites` is empty because the stored list can't be read
    std::vector<std::string> scopes;
    std::vector<std::string> requiredScopes; ///< those its client can't do without
    AccountStatus status = AccountStatus::active;
    std::string reason;             ///< wire name of why it needs re-linking; empty while active
    std::optional<Timestamp> since; ///< of `reason`
    std::string problem;            ///< wire name of the last failed refresh's error; empty after a good one
    std::optional<Timestamp> problemSince; ///< of `problem`
    Timestamp linkedAt;
    LinkId grantedBy; ///< the link that brought the present grant
    std::optional<Timestamp> lastRefreshAt;
    std::optional<Timestamp> lastUsedAt;
    std::int64_t tokenVersion = 0; ///< grows with every new token pair; 1 for the first
};

/// The tokens of an account's grant as of `version`.
struct Tokens {
    Secret accessToken;
    Secret refreshToken;
    Timestamp accessExpiresAt;
    base::Moment granted{}; ///< when upstream was asked for it; all zero: unknown
    std::int64_t version = 0;
};

/// A bearer value for one account. `hash` is SHA-256 of the whole credential.
struct GrantToken {
    std::string keyId;
    AccountId account;
    std::string hash;
    std::string label;                 ///< which machine or person holds it; may be empty
    std::vector<std::string> scopes{}; ///< what its holder may do, of the client scopes
    Timestamp createdAt;
    Timestamp lastUsedAt; ///< to the minute; `createdAt` at first
    Timestamp expiresAt;
    std::string issuer{};                  ///< id of the client key that it descends from; empty: unknown
    std::optional<Timestamp> issuerEnds{}; ///< that key's expiry, which nothing of its descent outlives
    std::string parent{};                  ///< id of the grant token that made it; empty: a client key did
};

/// What happened, for the operator: kept as a row and written as a log line.
struct AuditEntry {
    Timestamp at{};
    std::string actor{};  ///< "client:<id>", "browser", "operator", "system"
    std::string action{}; ///< e.g. "link.created"
    ClientId client{};
    std::string clientName{}; ///< as it is now; empty: the log looks it up
    AccountId account{};
    LinkId link{};
    std::string address{};
    std::string requestId{};
    std::string outcome{};
};

} // namespace central_oauth::store
