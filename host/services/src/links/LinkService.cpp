// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/LinkService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using domain::LinkKey;
using domain::LinkStatus;
using domain::ReadView;
using domain::Transaction;

constexpr std::size_t creationKeys = 65'536;

bool isGranted(const domain::Link& link) {
    return link.status == LinkStatus::staged || link.status == LinkStatus::delivered;
}

// Returns the step that was still missing when the link expired.
std::string_view expiryOutcome(LinkStatus status) {
    switch (status) {
    case LinkStatus::authorizing:
        return "not_consented";
    case LinkStatus::choosing:
        return "no_site_chosen";
    case LinkStatus::staged:
        return "not_delivered";
    case LinkStatus::pending:
    case LinkStatus::delivered:
    case LinkStatus::ended:
        break;
    }
    return "not_approved";
}

domain::AuditEntry expiryOf(const domain::Link& link, base::Timestamp now) {
    return entryOf(link, {}, "link.expired", expiryOutcome(link.status), now);
}

[[noreturn]] void throwUnknown() {
    throw Error(ErrorCode::notFound, "There is no such link code for this credential.");
}

[[noreturn]] void throwDelivered() {
    throw Error(ErrorCode::alreadyDelivered, "Read the token with GET /v1/tokens/:account_id.");
}

} // namespace

LinkService::LinkService(const Parts& parts)
    : _parts(parts),
      _creations(parts.clock, creationKeys),
      _auditGate(parts.clock, creationKeys),
      _pacer(parts.clock) {}

base::LinkId LinkService::authenticate(std::string_view code, const PollCredential& credential) const {
    auto id = _parts.authenticator.authenticate(code, credential);
    if (!id)
        throwUnknown();
    return std::move(*id);
}

domain::Link LinkService::knownLink(const base::LinkId& id) const {
    auto link = _parts.store.read([&](const ReadView& view) { return view.find(LinkKey(id)); });
    if (!link)
        throwUnknown();
    noteInLog(*link);
    return std::move(*link);
}

// Throws if a pending link is polled too fast. Runs before the look-up of the link. Polls of an approved or
// finished link may come at any pace.
void LinkService::requirePace(const base::LinkId& id) {
    if (!_parts.authenticator.isPending(id))
        return;
    if (_parts.heldPolls.isHeld(id))
        refusePace(_pacer.noteCrowd(id), true);
    if (const auto pace = _pacer.refuseIfTooSoon(id))
        refusePace(*pace, false);
}

void LinkService::refusePace(const PollPacer::Pace& pace, bool isCrowded) {
    throw Error(ErrorCode::slowDown, isCrowded ? "Another poll of this link is waiting already."
                                               : "Wait the interval between two polls.")
        .withRetryAfter(pace.interval);
}

void LinkService::requireOpen(const domain::Link& link) const {
    const auto now = base::nowOf(_parts.clock);
    if (now >= knownUntil(link))
        throwUnknown();
    if (link.status == LinkStatus::ended)
        throw endedError(link);
    if (link.status != LinkStatus::delivered && now >= link.expiresAt)
        throw Error(ErrorCode::expiredToken, "Create a new link.");
}

void LinkService::noteExpiryOf(const domain::Link& link) {
    const auto now = base::nowOf(_parts.clock);
    domain::Link noted = link;
    if (!noteExpiry(noted, now))
        return;
    const logging::RequestScope scope(""); // the entry's line is about the link, not about this request
    noteInLog(link);
    _parts.store.transact([&](Transaction& transaction) {
        if (noteExpired(transaction, link.id, now))
            transaction.record(expiryOf(link, now));
    });
}

PollResult LinkService::poll(std::string_view code, const PollCredential& credential,
                             const RequestOrigin& origin, const PollWait& wait) {
    const auto id = authenticate(code, credential);
    // A poll that was held has already passed this check.
    if (!wait.isOver)
        requirePace(id);
    const auto link = knownLink(id);
    noteExpiryOf(link);
    requireOpen(link);
    return isGranted(link) ? deliver(link, origin) : pending(link, origin, wait);
}

PollResult LinkService::peek(std::string_view code, const PollCredential& credential,
                             const RequestOrigin& origin) {
    const auto id = authenticate(code, credential);
    requirePace(id);
    const auto link = knownLink(id);
    noteExpiryOf(link);
    requireOpen(link);
    if (!isGranted(link))
        return pending(link, origin, {});
    const auto now = base::nowOf(_parts.clock);
    if (!_parts.store.read([&](const ReadView& view) { return mayBeDelivered(view, id, deliveryRule, now); }))
        throwDelivered();
    PollResult result;
    result.state = PollState::delivered;
    return result;
}

PollResult LinkService::pending(const domain::Link& link, const RequestOrigin& origin, const PollWait& wait) {
    PollResult result;
    if (wait.isOver) {
        const bool isCompleted = _parts.heldPolls.finish(link.id);
        result.interval = _pacer.noteEnd(link.id, isCompleted);
        return result;
    }
    const auto life = std::chrono::ceil<std::chrono::milliseconds>(link.expiresAt - _parts.clock.now());
    const auto atMost = std::min<std::chrono::milliseconds>(wait.atMost, life);
    std::shared_ptr<base::OneShotEvent> change;
    if (atMost > atMost.zero())
        change = _parts.heldPolls.hold(link.id, link.expiresAt, atMost);
    const bool isCrowded = !change && _parts.heldPolls.isHeld(link.id);
    const auto pace = paceOf(link, change != nullptr, isCrowded);
    if (pace.tooSoon)
        refusePace(pace, isCrowded);
    if (change)
        return held(link.id, std::move(change), atMost, origin);
    result.interval = pace.interval;
    return result;
}

PollPacer::Pace LinkService::paceOf(const domain::Link& link, bool isHeld, bool isCrowded) {
    // The person has approved and the grant may come at any moment, so no poll is slowed down.
    if (link.status == LinkStatus::authorizing || link.status == LinkStatus::choosing)
        return {false, _pacer.intervalOf(link.id)};
    if (isCrowded)
        return _pacer.noteCrowd(link.id);
    return isHeld ? _pacer.noteHeld(link.id) : _pacer.note(link.id);
}

// Holds the poll. Reads the link again, because a change before the hold began wakes nothing.
PollResult LinkService::held(const base::LinkId& id, std::shared_ptr<base::OneShotEvent> change,
                             std::chrono::milliseconds atMost, const RequestOrigin& origin) {
    const auto present = knownLink(id);
    requireOpen(present);
    if (isGranted(present))
        return deliver(present, origin);
    PollResult result;
    result.state = PollState::held;
    result.change = std::move(change);
    result.atMost = atMost;
    return result;
}

domain::Delivery LinkService::tryDelivery(const domain::Link& link, const RequestOrigin& origin) {
    constexpr std::size_t idBytes = 16;
    const base::AccountId newId("acc_" + crypto::randomToken(idBytes));
    const auto now = base::nowOf(_parts.clock);
    return _parts.store.transact([&](Transaction& transaction) {
        auto delivery = domain::deliver(transaction, _parts.sealer, link.id, newId, deliveryRule, now);
        if (delivery.outcome == domain::DeliveryOutcome::delivered) {
            auto entry = entryOf(link, actorOf(link.client, origin),
                                 delivery.isFirst ? "account.linked" : "link.delivered_again", "ok", now);
            entry.account = delivery.account.id;
            transaction.record(entry);
        }
        if (delivery.outcome == domain::DeliveryOutcome::undecryptable) {
            const domain::Actor system{.address = origin.address, .requestId = origin.requestId};
            transaction.record(entryOf(link, system, "link.undecryptable", "ended", now));
        }
        return delivery;
    });
}

PollResult LinkService::deliver(const domain::Link& link, const RequestOrigin& origin) {
    auto delivery = tryDelivery(link, origin);
    _pacer.forget(link.id);
    switch (delivery.outcome) {
    case domain::DeliveryOutcome::delivered:
        break;
    case domain::DeliveryOutcome::alreadyDelivered:
        // Another program may have polled. That deserves an audit entry, but not one for each poll.
        if (!_auditGate.take(link.id.value(), {1, 1})) {
            const auto entry = entryOf(link, actorOf(link.client, origin), "link.delivery_refused",
                                       "already_delivered", base::nowOf(_parts.clock));
            _parts.store.transact([&](Transaction& transaction) { transaction.record(entry); });
        }
        throwDelivered();
    case domain::DeliveryOutcome::undecryptable:
        throw Error(ErrorCode::accessDenied, "Create a new link.")
            .withReason("upstream_error")
            .withCause(base::Cause::serviceOperator);
    case domain::DeliveryOutcome::notReady:
        throwNotReady(link.id);
    }
    PollResult result;
    result.state = PollState::delivered;
    result.account = std::move(delivery.account);
    result.tokens = std::move(delivery.tokens);
    domain::limitLife(result.tokens, base::momentOf(_parts.clock));
    return result;
}

void LinkService::deliverApproved(const Caller& caller, const std::string& provider,
                                  const std::string& subject, const RequestOrigin& origin) {
    caller.require("link");
    const domain::LinkFilter approved{.client = caller.client.id,
                                      .provider = provider,
                                      .subject = subject,
                                      .statuses = {LinkStatus::staged},
                                      .expiresAfter = base::nowOf(_parts.clock)};
    for (const auto& link : _parts.store.read([&](const ReadView& view) { return view.select(approved); })) {
        if (link.proof != domain::PollMethod::secret)
            continue;
        try {
            (void)deliver(link, origin);
        } catch (const Error& failure) {
            // The link has just ended or expired. The next poll reports that to the link's creator.
            if (failure.code() == ErrorCode::storeUnavailable)
                throw;
        }
    }
}

// Throws why a link that was just staged can't be delivered: it has ended or expired since.
void LinkService::throwNotReady(const base::LinkId& id) const {
    requireOpen(knownLink(id));
    throwUnknown();
}

void LinkService::cancel(std::string_view code, const PollCredential& credential,
                         const RequestOrigin& origin) {
    const auto link = knownLink(authenticate(code, credential));
    const auto now = base::nowOf(_parts.clock);
    if (now >= knownUntil(link))
        throwUnknown();
    _parts.store.transact([&](Transaction& transaction) {
        if (!endLink(transaction, link.id, domain::EndReason::cancelled, now))
            throw Error(ErrorCode::conflict, "The link is already finished.");
        transaction.record(entryOf(link, actorOf(link.client, origin), "link.cancelled", "ok", now));
    });
    _pacer.forget(link.id);
}

void LinkService::purge() {
    constexpr std::size_t batch = 200;
    const auto now = base::nowOf(_parts.clock);
    // Note expired links first, because the steps below drop old rows. Each step reads before it waits for
    // the writer.
    const domain::LinkFilter expired{
        .statuses = domain::unfinishedStatuses(), .expiresBy = now, .isUnnoted = true};
    const auto isAnyExpired = [&] {
        return _parts.store.read([&](const ReadView& view) { return view.count(expired) > 0; });
    };
    const auto noteBatch = [&](Transaction& transaction) {
        const auto noted = noteExpired(transaction, now, batch);
        for (const auto& link : noted)
            transaction.record(expiryOf(link, now));
        return noted.size();
    };
    while (isAnyExpired() && _parts.store.transact(noteBatch) > 0)
        continue;
    for (std::size_t changed = 1; changed > 0;) {
        const auto found = _parts.store.read(
            [&](const ReadView& view) { return findPurgeable(view, deliveryRule, now, batch); });
        changed = found.empty() ? 0 : _parts.store.transact([&](Transaction& transaction) {
            return purgeLinks(transaction, found, deliveryRule, now);
        });
    }
    _parts.authenticator.purge();
    _parts.heldPolls.wakeExpired(now);
    _pacer.forgetBefore(now - 2 * _parts.linkLife);
}

} // namespace central_oauth::services
