// SPDX-License-Identifier: Apache-2.0
// What happens to links within a transaction: each function loads, changes by LinkLife.h, and puts.
#pragma once

#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// Rows of links outlive their expiry by this: until then no code or handle is issued again.
constexpr std::chrono::hours linkRowsOutliveExpiry{24};

/// Returns the filter of links that are neither finished nor expired.
[[nodiscard]] LinkFilter liveLinks(Timestamp now);

/// Adds a pending link and returns it as stored: it never outlives the present expiry of its issuer. Returns
/// nullopt if its code or handle is in use or was within the last 24 hours; draw another.
/// Throws: base::Error(notFound) if its client is gone, base::Error(invalidCredential) if its issuer is gone
/// or has expired.
[[nodiscard]] std::optional<Link> addLink(Transaction& transaction, Link link);

/// Ends an unfinished link and drops its stage. Returns the link as it is then, or nullopt if it was finished
/// or is gone.
std::optional<Link> endLink(Transaction& transaction, const LinkId& id, EndReason reason, Timestamp now,
                            std::optional<EndCause> cause = std::nullopt);

/// Counts a wrong code of a pending link; at `limit` the link ends. Returns the link as it is then.
/// Throws: base::Error(notFound) if there is no such link.
[[nodiscard]] Link enterWrongCode(Transaction& transaction, const LinkId& id, int limit, Timestamp now);

/// The browser goes upstream with `authorization` (LinkLife.h: approve). Returns false if that is refused.
[[nodiscard]] bool approveLink(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                               std::string browserHash, const StateHash& state,
                               const Authorization& authorization, Timestamp now);

/// A state that was presented and is spent now.
struct TakenState {
    Link link;
    Authorization authorization;
};

/// Spends a state: works once. Returns nullopt if no link waits for it, or if its authorization can't be
/// opened, which ends the link as upstreamError.
[[nodiscard]] std::optional<TakenState> takeState(Transaction& transaction, const Sealer& sealer,
                                                  const StateHash& state, Timestamp now);

/// Keeps what upstream granted; a grant with sites of which none is chosen makes the link `choosing`. Returns
/// false if the link is not authorizing any more.
[[nodiscard]] bool stageGrant(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const StagedGrant& grant, Timestamp now, Timestamp expiresAt);

/// The person has chosen one of the grant's sites. Returns false if the link is not choosing any more, or if
/// its grant can't be opened, which ends it as upstreamError.
[[nodiscard]] bool chooseSite(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const std::string& site, Timestamp now, Timestamp expiresAt);

/// Returns the grant that waits for its site or its delivery, without its tokens; nullopt also if it can't be
/// opened.
[[nodiscard]] std::optional<StagedGrant> waitingGrant(const ReadView& view, const Sealer& sealer,
                                                      const Link& link);

/// Notes that links have expired without being finished. Returns those that nobody had noted yet, at most
/// `most`: each link once.
[[nodiscard]] std::vector<Link> noteExpired(Transaction& transaction, Timestamp now, std::size_t most);

/// The same of one link. Returns false if it has not expired, is finished, or was noted before.
[[nodiscard]] bool noteExpired(Transaction& transaction, const LinkId& id, Timestamp now);

/// Drops what has had its time, of at most `most` links: stages and authorizations of expired links and of
/// deliveries that can't be read again, and links 24 hours after their expiry. Returns how many links were
/// changed; 0: all is done.
std::size_t purgeLinks(Transaction& transaction, const DeliveryRule& rule, Timestamp now, std::size_t most);

/// Drops the stage of a link: a waiting one becomes a dropped one, a delivered or damaged one goes.
void dropStage(Transaction& transaction, const LinkId& link);

/// Returns the stage of a link, or nullopt if there is none or its row is damaged: nothing can be made of it.
[[nodiscard]] std::optional<Stage> soundStage(const ReadView& view, const LinkId& link);

/// Returns the client's name; empty if the client is gone or its row is damaged.
[[nodiscard]] std::string clientNameOf(const ReadView& view, const ClientId& id);

} // namespace central_oauth::domain
