// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/LinkService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/GrantRules.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using domain::LinkStatus;

constexpr std::size_t creationKeys = 65'536;

bool isGranted(const domain::Link& link) {
    return link.status == LinkStatus::staged || link.status == LinkStatus::delivered;
}

std::string expiryOutcome(LinkStatus status) {
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
      _creating([this] { _parts.accounts.requireWritable(); }),
      _pacer(parts.clock) {}

base::LinkId LinkService::provenId(std::string_view code, const PollCredential& credential) const {
    auto id = _parts.verifiers.prove(code, credential);
    if (!id)
        throwUnknown();
    return std::move(*id);
}

domain::Link LinkService::knownLink(const base::LinkId& id) const {
    auto link = _parts.links.find(id);
    if (!link)
        throwUnknown();
    noteInLog(*link);
    return std::move(*link);
}

// Asked before the link is looked up. How an approved or finished link stands is told at any pace.
void LinkService::requirePace(const base::LinkId& id) {
    if (!_parts.verifiers.isPending(id))
        return;
    if (_parts.changes.isAwaited(id))
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

void LinkService::noticeExpiry(const domain::Link& link) const {
    const bool isFinished = link.status == LinkStatus::ended || link.status == LinkStatus::delivered;
    const auto now = base::nowOf(_parts.clock);
    if (!isFinished && now >= link.expiresAt && _parts.links.noteExpiry(link.id, now))
        recordExpiry(link);
}

// What the person had not done yet is the outcome.
void LinkService::recordExpiry(const domain::Link& link) const {
    const logging::RequestScope scope("");
    noteInLog(link);
    _parts.news.recordAfterwards(link, "system", "link.expired", expiryOutcome(link.status), {});
}

PollResult LinkService::poll(std::string_view code, const PollCredential& credential, const Source& source,
                             const PollWait& wait) {
    const auto id = provenId(code, credential);
    // One that was held has been let in before.
    if (!wait.isOver)
        requirePace(id);
    const auto link = knownLink(id);
    noticeExpiry(link);
    requireOpen(link);
    return isGranted(link) ? deliver(link, source) : pending(link, source, wait);
}

PollResult LinkService::peek(std::string_view code, const PollCredential& credential, const Source& source) {
    const auto id = provenId(code, credential);
    requirePace(id);
    const auto link = knownLink(id);
    noticeExpiry(link);
    requireOpen(link);
    if (!isGranted(link))
        return pending(link, source, {});
    if (!_parts.links.mayBeDelivered(id, deliveryRule, base::nowOf(_parts.clock)))
        throwDelivered();
    PollResult result;
    result.state = PollState::delivered;
    return result;
}

PollResult LinkService::pending(const domain::Link& link, const Source& source, const PollWait& wait) {
    PollResult result;
    if (wait.isOver) {
        const bool isCompleted = _parts.changes.finish(link.id);
        result.interval = _pacer.noteEnd(link.id, isCompleted);
        return result;
    }
    const auto life = std::chrono::ceil<std::chrono::milliseconds>(link.expiresAt - _parts.clock.now());
    const auto atMost = std::min<std::chrono::milliseconds>(wait.atMost, life);
    std::shared_ptr<base::OneShotEvent> change;
    if (atMost > atMost.zero())
        change = _parts.changes.await(link.id, link.expiresAt, atMost);
    const bool isCrowded = !change && _parts.changes.isAwaited(link.id);
    const auto pace = paceOf(link, change != nullptr, isCrowded);
    if (pace.tooSoon)
        refusePace(pace, isCrowded);
    if (change)
        return held(link.id, std::move(change), atMost, source);
    result.interval = pace.interval;
    return result;
}

PollPacer::Pace LinkService::paceOf(const domain::Link& link, bool isHeld, bool isCrowded) {
    // The person has approved: a grant may be here any moment, and nobody is told to look later for it.
    if (link.status == LinkStatus::authorizing || link.status == LinkStatus::choosing)
        return {false, _pacer.intervalOf(link.id)};
    if (isCrowded)
        return _pacer.noteCrowd(link.id);
    return isHeld ? _pacer.noteHeld(link.id) : _pacer.note(link.id);
}

// What changed before this poll began to wait was told to nobody, so the link is read again.
PollResult LinkService::held(const base::LinkId& id, std::shared_ptr<base::OneShotEvent> change,
                             std::chrono::milliseconds atMost, const Source& source) {
    const auto present = _parts.links.find(id);
    if (!present)
        throwUnknown();
    requireOpen(*present);
    if (isGranted(*present))
        return deliver(*present, source);
    PollResult result;
    result.state = PollState::held;
    result.change = std::move(change);
    result.atMost = atMost;
    return result;
}

PollResult LinkService::deliver(const domain::Link& link, const Source& source) {
    constexpr std::size_t idBytes = 16;
    const base::AccountId newId("acc_" + crypto::randomToken(idBytes));
    const auto now = base::nowOf(_parts.clock);
    auto delivery = _parts.links.deliver(link.id, newId, deliveryRule, now);
    _parts.news.finished(link.id);
    _pacer.forget(link.id);
    auto noted = link;
    noted.account = delivery.account.id;
    switch (delivery.outcome) {
    case store::DeliveryOutcome::delivered:
        _parts.news.record(noted, actorOf(link.client),
                           delivery.first ? "account.linked" : "link.delivered_again", "ok", source);
        break;
    case store::DeliveryOutcome::alreadyDelivered:
        // Somebody else may have polled: worth a line, but not one for each poll.
        if (!_auditGate.take(link.id.value(), {1, 1}))
            _parts.news.record(link, actorOf(link.client), "link.delivery_refused", "already_delivered",
                               source);
        throwDelivered();
    case store::DeliveryOutcome::undecryptable:
        _parts.news.record(link, "system", "link.undecryptable", "ended", source);
        throw Error(ErrorCode::accessDenied, "Create a new link.")
            .withReason("upstream_error")
            .withCause(base::Cause::serviceOperator);
    case store::DeliveryOutcome::notReady:
        throwNotReady(link.id);
    }
    PollResult result;
    result.state = PollState::delivered;
    result.account = std::move(delivery.account);
    result.tokens = std::move(delivery.tokens);
    limitLife(result.tokens, _parts.clock);
    return result;
}

void LinkService::deliverApproved(const Caller& caller, const std::string& provider,
                                  const std::string& subject, const Source& source) {
    caller.require("link");
    const auto now = base::nowOf(_parts.clock);
    for (const auto& link : _parts.links.findStaged(caller.client.id, provider, subject, now)) {
        if (link.proof != domain::PollProof::secret)
            continue;
        try {
            (void)deliver(link, source);
        } catch (const Error& failure) {
            // Ended or expired a moment ago: its creator learns it by polling.
            if (failure.code() == ErrorCode::storeUnavailable)
                throw;
        }
    }
}

// Staged a moment ago: somebody has ended it since, or its time ran out.
void LinkService::throwNotReady(const base::LinkId& id) const {
    if (const auto present = _parts.links.find(id))
        requireOpen(*present);
    throwUnknown();
}

void LinkService::cancel(std::string_view code, const PollCredential& credential, const Source& source) {
    const auto link = knownLink(provenId(code, credential));
    const auto now = base::nowOf(_parts.clock);
    if (now >= knownUntil(link))
        throwUnknown();
    if (!_parts.links.end(link.id, domain::EndReason::cancelled, now))
        throw Error(ErrorCode::conflict, "The link is already finished.");
    _parts.news.finished(link.id);
    _pacer.forget(link.id);
    _parts.news.record(link, actorOf(link.client), "link.cancelled", "ok", source);
}

void LinkService::purge() {
    constexpr int batch = 200;
    const auto now = base::nowOf(_parts.clock);
    // First: the rows of long ago are dropped below.
    for (auto expired = _parts.links.noteExpired(now, batch); !expired.empty();
         expired = _parts.links.noteExpired(now, batch)) {
        for (const auto& link : expired)
            recordExpiry(link);
    }
    _parts.links.purge(deliveryRule, now);
    _parts.verifiers.purge();
    _parts.changes.publishExpired(now);
    _pacer.forgetBefore(now - 2 * _parts.linkLife);
}

} // namespace central_oauth::services
