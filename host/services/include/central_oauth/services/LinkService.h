// SPDX-License-Identifier: Apache-2.0
// The client's side of a link: create, poll, cancel (RFC 8628 in spirit, with three separate values).
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkChanges.h"
#include "central_oauth/services/PollPacer.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/TokenBuckets.h"
#include "central_oauth/store/AuditLog.h"
#include "central_oauth/store/LinkRepository.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// What a client asks for. Texts are checked by `create`.
struct LinkRequest {
    std::string provider; ///< may be empty where exactly one is configured
    std::string subject;  ///< ≤ 128 bytes, opaque
    std::string label;    ///< ≤ 64 printable characters
    std::string site;     ///< site id or https URL; empty: the grant must reach exactly one
};

/// A fresh link: the only moment at which its three values are known in clear.
struct CreatedLink {
    store::Link link;
    std::string code; ///< 12 digits
    provider::Secret handle;
    provider::Secret secret;
    std::chrono::seconds expiresIn{0};
    std::chrono::seconds interval{0};
};

/// Whether a poll may wait for the link to change.
struct PollWait {
    std::chrono::seconds atMost{0};
    bool isOver = false; ///< this very poll was held before; now it is answered
};

/// Where a polled link stands, unless an error says it.
enum class PollState {
    pending,
    held, ///< no answer yet: poll again with `isOver` when `change` fires or `atMost` has passed
    delivered,
};

/// The answer to one poll.
struct PollResult {
    PollState state = PollState::pending;
    std::chrono::seconds interval{0};     ///< while pending
    std::shared_ptr<base::Signal> change; ///< while held; to be kept as long as the poll waits
    std::chrono::milliseconds atMost{0};  ///< while held
    store::Account account;               ///< once delivered
    store::Tokens tokens;                 ///< once delivered; without the refresh token
};

/// Links as their creator sees them. All it uses outlives it; mutable state is in its buckets and its pacer.
///
/// Threads: any. Errors: base::Error only.
class LinkService {
public:
    struct Parts {
        store::LinkRepository& links;
        store::AuditLog& audit;
        const ProviderCatalog& providers;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
        LinkChanges& changes; ///< shared with the services that change links
        std::chrono::seconds linkLife{600};
    };

    explicit LinkService(const Parts& parts);

    /// Creates a link. Requires the caller's scope `link`.
    /// Throws: insufficientScope, invalidRequest, tooManyRequests, busy.
    [[nodiscard]] CreatedLink create(const Caller& caller, const LinkRequest& request, const Source& source);

    /// One poll with the link secret. Unknown code, foreign code and wrong secret are one and the same
    /// notFound. One poll of a link is held at a time, and not longer than the link lives. A link that the
    /// person has approved is never told to slow down. Throws: invalidCredential (not a link secret at all),
    /// notFound, slowDown, accessDenied with the reason, expiredToken, alreadyDelivered.
    [[nodiscard]] PollResult poll(std::string_view code, const provider::Secret& secret, const Source& source,
                                  const PollWait& wait = {});

    /// What a poll would meet, without its effects: no delivery, no pacing. Only the state is set. Throws: as
    /// poll.
    [[nodiscard]] PollResult peek(std::string_view code, const provider::Secret& secret) const;

    /// Ends a link by its creator. Throws: as poll; conflict if it is already finished.
    void cancel(std::string_view code, const provider::Secret& secret, const Source& source);

    /// Drops what has had its time. Called by the housekeeper.
    void purge();

private:
    [[nodiscard]] const ConfiguredProvider& providerOf(const LinkRequest& request) const;
    void checkLimits(const Caller& caller, const LinkRequest& request);
    [[nodiscard]] store::Link provenLink(std::string_view code, const provider::Secret& secret) const;
    void requireOpen(const store::Link& link) const;
    [[nodiscard]] PollResult deliver(const store::Link& link, const Source& source);
    [[nodiscard]] PollResult pending(const store::Link& link, const Source& source, const PollWait& wait);
    [[nodiscard]] PollPacer::Pace paceOf(const store::Link& link, bool isHeld, bool isCrowded);
    [[nodiscard]] PollResult held(const base::LinkId& id, std::shared_ptr<base::Signal> change,
                                  std::chrono::milliseconds atMost, const Source& source);
    [[noreturn]] void throwNotReady(const base::LinkId& id) const;
    void record(const store::Link& link, const std::string& actor, const std::string& action,
                const std::string& outcome, const Source& source);

    Parts _parts;
    TokenBuckets _creations;
    TokenBuckets _auditGate; ///< refused deliveries of one link: one entry a minute
    std::mutex _creating;    ///< from counting the live links to adding one
    PollPacer _pacer;
};

} // namespace central_oauth::services
