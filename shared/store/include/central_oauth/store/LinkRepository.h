// SPDX-License-Identifier: Apache-2.0
// Links, their secrets' hashes and their staged grants.
#pragma once

#include "central_oauth/store/Records.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// Links neither finished nor expired, and what they may become.
struct LiveLinks {
    int all = 0;
    int ofClient = 0;
    int ofSubject = 0; ///< of that client and that subject
    int accounts = 0;  ///< of that client
};

/// How a delivery went.
enum class DeliveryOutcome {
    delivered,        ///< `account` and `tokens` hold the payload
    alreadyDelivered, ///< reads or window used up, or the account is gone
    notReady,         ///< the link is not staged (any more)
    /// The stage can't be opened. A staged link has been ended as upstreamError; a delivered one stays so,
    /// with nothing more to read.
    undecryptable,
};

/// What `deliver` gives.
struct Delivery {
    DeliveryOutcome outcome = DeliveryOutcome::notReady;
    bool first = false; ///< this delivery made the account or replaced its grant
    Account account;
    Tokens tokens; ///< without the refresh token
};

/// What it takes to tell a poll of a link from a guess, without a look into the store.
struct LinkProof {
    LinkId id;
    ClientId client;
    PollProof proof = PollProof::secret;
    std::string codeHash;
    std::string secretHash;
    Timestamp expiresAt;
    bool isPending = true; ///< nobody has approved it yet
};

/// A grant that was just taken back, with what a revocation upstream needs.
struct WithdrawnGrant {
    bool isGone = false; ///< its account was deleted before, and there is nothing to revoke
    AccountId account;   ///< that was deleted; empty: nothing was delivered, or it was gone already
    Identity identity;   ///< empty if it could not be opened, or is gone
    Secret refreshToken; ///< the same
    LinkId droppedUnder; ///< of the dropped stage that the grant became; empty: there is none
    std::vector<LinkId> endedLinks; ///< that were to link the deleted account again
};

/// A state that was presented and is deleted now.
struct TakenState {
    Link link;
    Authorization authorization;
};

/// Links. Every function that changes something is one immediate transaction. Hashes are raw bytes.
///
/// Threads: any. Errors: base::Error(storeUnavailable) from every function.
class LinkRepository {
public:
    virtual ~LinkRepository() = default;

    /// False: the code or handle is in use or was within the last 24 hours; draw another. A new link is
    /// pending, whatever its status says. It never outlives the present expiry of its issuer.
    /// Throws: Error(notFound) if its client has been removed, Error(invalidCredential) if its issuer has
    /// been removed or has expired.
    [[nodiscard]] virtual bool create(const Link& link) = 0;

    [[nodiscard]] virtual LiveLinks countLive(const ClientId& client, const std::string& subject,
                                              Timestamp now) const = 0;

    /// The proofs of all links that expire after `since`.
    [[nodiscard]] virtual std::vector<LinkProof> proofs(Timestamp since) const = 0;

    [[nodiscard]] virtual std::optional<Link> find(const LinkId& id) const = 0;
    [[nodiscard]] virtual std::optional<Link> findByCode(const std::string& codeHash) const = 0;
    [[nodiscard]] virtual std::optional<Link> findByHandle(const std::string& handleHash) const = 0;

    /// The links of a client for one subject at one provider that wait for their delivery, oldest first.
    [[nodiscard]] virtual std::vector<Link> findStaged(const ClientId& client, const std::string& provider,
                                                       const std::string& subject, Timestamp now) const = 0;

    /// Counts a wrong entry of a pending link; at `limit` ends it with tooManyEntries. The link as it is
    /// then; unchanged if it was not pending. Throws: Error(notFound) if there is no such link.
    virtual Link recordWrongEntry(const LinkId& id, int limit, Timestamp now) = 0;

    /// The browser goes upstream: keeps the state's hash and the sealed authorization. From `pending`, or
    /// again from `authorizing` by the same browser while its state has not come back. The first time the
    /// link lives at least approvedLinkLife from then on. False: neither, or expired.
    [[nodiscard]] virtual bool beginAuthorization(const LinkId& id, const std::string& browserHash,
                                                  const std::string& stateHash,
                                                  const Authorization& authorization, Timestamp now) = 0;

    /// The authorization under way, until its state is taken. Empty also if it can't be opened.
    [[nodiscard]] virtual std::optional<Authorization> findAuthorization(const LinkId& id) const = 0;

    /// Finds the link of a state and deletes state and authorization in the same step: works once. An
    /// authorization that can't be opened ends the link as upstreamError and gives nothing.
    [[nodiscard]] virtual std::optional<TakenState> takeState(const std::string& stateHash,
                                                              Timestamp now) = 0;

    /// Keeps what upstream gave, sealed, and since when. From `authorizing` only; sets a new expiry. A grant
    /// with sites of which none is chosen makes the link `choosing`, any other makes it `staged`. False: not
    /// authorizing any more.
    [[nodiscard]] virtual bool stage(const LinkId& id, const StagedGrant& grant, Timestamp now,
                                     Timestamp expiresAt) = 0;

    /// The person has chosen: a `choosing` link that has not expired becomes `staged`, with a new expiry.
    /// Requires: the id of one of the grant's sites. False: not choosing (any more), or its grant can't be
    /// opened, which ends it as upstreamError.
    [[nodiscard]] virtual bool chooseSite(const LinkId& id, const std::string& site, Timestamp now,
                                          Timestamp expiresAt) = 0;

    /// The grant that waits for its site or its delivery, without its tokens. For the pages that tell who was
    /// linked. Empty also if it can't be opened.
    [[nodiscard]] virtual std::optional<StagedGrant> findStagedDescription(const LinkId& id) const = 0;

    /// Ends a link that is neither delivered nor ended, and drops authorization and stage. False: it was.
    virtual bool end(const LinkId& id, EndReason reason, Timestamp now,
                     const std::optional<EndCause>& cause = std::nullopt) = 0;

    /// Takes back what upstream granted to a link, and ends it: drops the stage, or deletes the account that
    /// holds its grant, as AccountRepository::remove does. The grant becomes a dropped stage of the link.
    /// Empty: nothing was granted, the link is ended, or a newer link has renewed the account.
    virtual std::optional<WithdrawnGrant> withdraw(const LinkId& id, EndReason reason, Timestamp now) = 0;

    /// Hands out a staged link's payload. The first time creates the account as `newId`, or replaces the
    /// grant of the account that has the same client, provider, subject and upstream id (its id and label
    /// stay, its version grows), in the same transaction. A link for an account that is gone ends as
    /// cancelled. Later times return the same payload as far as the rule
    /// allows.
    virtual Delivery deliver(const LinkId& id, const AccountId& newId, const DeliveryRule& rule,
                             Timestamp now) = 0;

    /// Returns whether `deliver` would hand out a payload now, as far as that can be told without opening it.
    [[nodiscard]] virtual bool mayBeDelivered(const LinkId& id, const DeliveryRule& rule,
                                              Timestamp now) const = 0;

    /// Takes note that links have expired without being finished. Returns those of which nobody had taken
    /// note yet, at most `most`, the earliest first: each link once, also across restarts.
    [[nodiscard]] virtual std::vector<Link> noteExpired(Timestamp now, int most) = 0;

    /// The same of one link. Returns false if it has not expired, is finished, or was noted before.
    [[nodiscard]] virtual bool noteExpiry(const LinkId& id, Timestamp now) = 0;

    /// Drops what has had its time: stages and authorizations of expired or ended links and of deliveries
    /// older than the rule's window, at once; rows 24 hours after their expiry. How many rows were changed.
    virtual int purge(const DeliveryRule& rule, Timestamp now) = 0;
};

} // namespace central_oauth::store
