// SPDX-License-Identifier: Apache-2.0
// The client's side of a link: create, poll, cancel (RFC 8628 in spirit, with three separate values).
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Delivery.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/links/HeldPolls.h"
#include "central_oauth/services/links/LiveLinks.h"
#include "central_oauth/services/links/PollAuthenticator.h"
#include "central_oauth/services/links/PollPacer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// The fields of POST /v1/link-code. Any may be empty; LinkService::create checks them all.
struct LinkRequest {
    std::string provider{};   ///< empty: the account's, or the only one that is configured
    std::string subject{};    ///< ≤ 128 bytes, opaque; empty: the account's
    std::string label{};      ///< ≤ 64 printable characters
    std::string site{};       ///< site id or https URL; empty: the grant must reach exactly one
    std::string onBehalfOf{}; ///< ≤ 64 printable characters; confidential clients only, some must
    std::vector<std::string> requiredScopes{}; ///< ≤ 50, each one of the provider's
    base::AccountId account{};                 ///< to be linked again; one of the caller's
    std::string expectedUpstreamId{};          ///< the one upstream id that may consent, ≤ 128 bytes
    std::string loginHint{};                   ///< ≤ 254 printable characters
    std::string codeChallenge{};               ///< of the verifier to poll with; empty: a secret is issued
    std::string codeChallengeMethod{};         ///< "S256", with a challenge only
};

/// Checks the texts of a request. Throws: invalidRequest, which says what is wrong with the first bad text
/// and how to fix it.
void checkTexts(const LinkRequest& request, const domain::Client& client);

/// Checks that a request names the person whom the link is for, if the client has to. Throws: invalidRequest.
void requirePerson(const LinkRequest& request, const domain::Client& client);

/// Returns the provider of that name, or the only one for an empty name. Throws: invalidRequest.
[[nodiscard]] const ConfiguredProvider& requireProvider(const ProviderCatalog& providers,
                                                        const std::string& name);

/// Returns the required scopes, each once. Throws: invalidRequest naming a scope that is not the provider's.
[[nodiscard]] std::vector<std::string> requiredScopesOf(const LinkRequest& request,
                                                        const ConfiguredProvider& provider);

/// A fresh link: the only moment at which its three values are known in clear.
struct CreatedLink {
    domain::Link link;
    std::string code; ///< 12 digits
    provider::Secret handle;
    provider::Secret secret; ///< empty where the client polls with a verifier of its own
    std::chrono::seconds expiresIn{0};
    std::chrono::seconds interval{0};
};

/// Whether a poll may wait for the link to change.
struct PollWait {
    std::chrono::seconds atMost{0};
    bool isOver = false; ///< this very poll was held before and must be answered now
};

/// The state of a polled link, unless an error reports it.
enum class PollState {
    pending,
    held, ///< no answer yet: poll again with `isOver` when `change` fires or `atMost` has passed
    delivered,
};

/// The answer to one poll.
struct PollResult {
    PollState state = PollState::pending;
    std::chrono::seconds interval{0};           ///< while pending
    std::shared_ptr<base::OneShotEvent> change; ///< while held; keep it as long as the poll waits
    std::chrono::milliseconds atMost{0};        ///< while held
    domain::Account account;                    ///< once delivered
    domain::Tokens tokens;                      ///< once delivered; without the refresh token
};

/// Links as their creator sees them. The parts outlive the service. Mutable state is in its buckets and its
/// pacer.
///
/// Thread-safe.
/// Errors: base::Error only.
class LinkService {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
        HeldPolls& heldPolls;             ///< observes the store
        PollAuthenticator& authenticator; ///< observes the store; knows all links that can be polled
        LiveLinks& liveLinks;             ///< observes the store
        std::chrono::seconds linkLife{600};
    };

    explicit LinkService(const Parts& parts);

    /// Creates a link. Requires the caller's scope `link`.
    /// Throws: insufficientScope; invalidRequest; notFound for an account that is not the caller's, or not of
    /// the named provider and subject; tooManyRequests; busy.
    [[nodiscard]] CreatedLink create(const Caller& caller, const LinkRequest& request,
                                     const RequestOrigin& origin);

    /// Answers one poll. Unknown code, foreign code, wrong secret or verifier are one and the same notFound,
    /// decided in memory. Holds one poll of a link at a time, and not longer than the link lives. No poll of
    /// a link that the person has approved gets slowDown. Throws: notFound, slowDown, accessDenied with the
    /// reason, expiredToken, alreadyDelivered.
    [[nodiscard]] PollResult poll(std::string_view code, const PollCredential& credential,
                                  const RequestOrigin& origin, const PollWait& wait = {});

    /// Returns the result that a poll would get, without a delivery and without waiting. Paced like a poll.
    /// Only state and interval are set. Throws: as poll.
    [[nodiscard]] PollResult peek(std::string_view code, const PollCredential& credential,
                                  const RequestOrigin& origin);

    /// Delivers all links that persons have approved for that subject at that provider, as a poll of each of
    /// these links would: the caller's key is as good a proof as the links' secrets, which were given to that
    /// key. Leaves links with a verifier alone, because a key does not prove possession of the verifier. The
    /// links can still be polled as often as the delivery rule allows. Requires the caller's scope `link`.
    /// Throws: insufficientScope, storeUnavailable.
    void deliverApproved(const Caller& caller, const std::string& provider, const std::string& subject,
                         const RequestOrigin& origin);

    /// Ends a link by its creator. Throws: as poll; conflict if the link is already finished.
    void cancel(std::string_view code, const PollCredential& credential, const RequestOrigin& origin);

    /// Marks the links that have expired, and drops finished entries from the store and from memory. Called
    /// by the scheduler.
    void purge();

private:
    [[nodiscard]] domain::Link wantedLink(const Caller& caller, const LinkRequest& request) const;
    [[nodiscard]] domain::Account accountOf(const Caller& caller, const LinkRequest& request) const;
    void checkPace(const Caller& caller, const LinkRequest& request, const RequestOrigin& origin);
    void drawCode(domain::Link& link, CreatedLink& created) const;
    [[nodiscard]] domain::Link addWithFreeCode(const Caller& caller, domain::Link link, CreatedLink& created,
                                               const RequestOrigin& origin);
    [[nodiscard]] std::optional<domain::Link> add(const Caller& caller, const domain::Link& link,
                                                  LiveLinks::Place& place, const RequestOrigin& origin);
    [[nodiscard]] bool mayBeStored(const base::LinkId& id) const;
    [[nodiscard]] base::LinkId authenticate(std::string_view code, const PollCredential& credential) const;
    [[nodiscard]] domain::Link knownLink(const base::LinkId& id) const;
    void requirePace(const base::LinkId& id);
    [[noreturn]] static void refusePace(const PollPacer::Pace& pace, bool isCrowded);
    void requireOpen(const domain::Link& link) const;
    void noteExpiryOf(const domain::Link& link);
    [[nodiscard]] PollResult deliver(const domain::Link& link, const RequestOrigin& origin);
    [[nodiscard]] domain::Delivery tryDelivery(const domain::Link& link, const RequestOrigin& origin);
    [[nodiscard]] PollResult pending(const domain::Link& link, const RequestOrigin& origin,
                                     const PollWait& wait);
    [[nodiscard]] PollPacer::Pace paceOf(const domain::Link& link, bool isHeld, bool isCrowded);
    [[nodiscard]] PollResult held(const base::LinkId& id, std::shared_ptr<base::OneShotEvent> change,
                                  std::chrono::milliseconds atMost, const RequestOrigin& origin);
    [[noreturn]] void throwNotReady(const base::LinkId& id) const;

    Parts _parts;
    base::RateLimiter _creations;
    base::RateLimiter _auditGate; ///< refused deliveries of one link: one entry a minute
    PollPacer _pacer;
};

} // namespace central_oauth::services
