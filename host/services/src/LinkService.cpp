// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/LinkService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/services/LinkCode.h"
#include "central_oauth/services/LinkRules.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using store::LinkStatus;

constexpr std::size_t creationKeys = 65'536;
constexpr int allLiveLinks = 10'000;
constexpr int liveLinksOfSubject = 5;
constexpr BucketRate creationsOfSubject{10, 10};
constexpr std::size_t longestSubject = 128;
constexpr std::size_t longestLabel = 64;
constexpr std::size_t longestSite = 256;
constexpr std::size_t longestProgram = 200;

void checkText(const std::string& text, std::size_t longest, const std::string& name) {
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) != 0x7f;
    });
    if (text.size() > longest || !printable)
        throw Error(ErrorCode::invalidRequest, name + " takes at most " + std::to_string(longest) +
                                                   " bytes without control characters.");
}

bool isGranted(const store::Link& link) {
    return link.status == LinkStatus::staged || link.status == LinkStatus::delivered;
}

[[noreturn]] void throwUnknown() {
    throw Error(ErrorCode::notFound, "There is no such link code for this link secret.");
}

} // namespace

LinkService::LinkService(const Parts& parts)
    : _parts(parts),
      _creations(parts.clock, creationKeys),
      _auditGate(parts.clock, creationKeys),
      _pacer(parts.clock) {}

const ConfiguredProvider& LinkService::providerOf(const LinkRequest& request) const {
    const auto& all = _parts.providers.all();
    if (request.provider.empty()) {
        if (all.size() == 1)
            return all.front();
        throw Error(ErrorCode::invalidRequest, "Name the provider; GET /v1/providers lists them.");
    }
    if (const auto* found = _parts.providers.find(request.provider))
        return *found;
    throw Error(ErrorCode::invalidRequest,
                "There is no provider of that name; GET /v1/providers lists them.");
}

void LinkService::checkLimits(const Caller& caller, const LinkRequest& request) {
    const auto& client = caller.client;
    const double perMinute = client.linksPerMinute;
    const auto refuse = [](std::chrono::seconds wait, const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(wait);
    };
    const auto live = _parts.links.countLive(client.id, request.subject, base::nowOf(_parts.clock));
    if (live.all >= allLiveLinks)
        throw Error(ErrorCode::busy, "The service has as many open links as it takes.")
            .withRetryAfter(std::chrono::seconds(30));
    if (live.ofClient >= client.liveLinks)
        refuse(std::chrono::seconds(30), "This client has as many open links as it may have.");
    if (live.ofSubject >= std::min(liveLinksOfSubject, client.liveLinks))
        refuse(std::chrono::seconds(30), "This subject has five open links; let them finish or cancel one.");
    // The subject's bucket first: what one subject is refused must not use up the client's.
    // A NUL can't be in an id, so no subject can be made to share another's bucket.
    if (const auto wait = _creations.take(client.id.value() + '\0' + request.subject, creationsOfSubject))
        refuse(*wait, "Too many links for this subject within a minute.");
    if (const auto wait = _creations.take(client.id.value(), {perMinute, perMinute}))
        refuse(*wait, "This client creates links too fast.");
}

CreatedLink LinkService::create(const Caller& caller, const LinkRequest& request, const Source& source) {
    constexpr std::size_t idBytes = 16;
    constexpr std::size_t handleBytes = 16;
    caller.require("link");
    const auto& provider = providerOf(request);
    checkText(request.subject, longestSubject, "subject");
    checkText(request.label, longestLabel, "label");
    checkText(request.site, longestSite, "site");
    const std::lock_guard oneAtATime(_creating);
    checkLimits(caller, request);

    auto secret = crypto::issueCredential(crypto::CredentialKind::linkSecret);
    CreatedLink created;
    created.secret = std::move(secret.text);
    created.expiresIn = _parts.linkLife;
    created.interval = PollPacer::firstInterval;

    store::NewLink fresh;
    auto& link = fresh.link;
    link.id = base::LinkId("lnk_" + crypto::randomToken(idBytes));
    link.client = caller.client.id;
    link.provider = provider.name;
    link.subject = request.subject;
    link.label = request.label;
    link.wantedSite = request.site;
    link.secretHash = secret.hash;
    link.requesterAddress = source.address;
    link.requesterProgram = source.program.substr(0, longestProgram);
    link.createdAt = base::nowOf(_parts.clock);
    link.expiresAt = link.createdAt + _parts.linkLife;

    // A taken code is drawn again: within 24 hours no code is issued twice.
    constexpr int draws = 10;
    for (int draw = 0; draw < draws; ++draw) {
        created.code = makeLinkCode();
        created.handle = provider::Secret(crypto::randomToken(handleBytes));
        fresh.codeHash = _parts.hasher.hash(purpose::linkCode, created.code);
        fresh.handleHash = crypto::sha256(created.handle.reveal());
        if (_parts.links.create(fresh)) {
            created.link = link;
            record(link, "client:" + caller.client.id.value(), "link.created", "ok", source);
            return created;
        }
    }
    throw Error(ErrorCode::internal, {}, "no free link code in ten draws");
}

store::Link LinkService::provenLink(std::string_view code, const provider::Secret& secret) const {
    const auto presented = crypto::parseCredential(secret.reveal());
    if (!presented || presented->kind != crypto::CredentialKind::linkSecret)
        throw Error(ErrorCode::invalidCredential,
                    "Poll with the link secret (cos_…) as Authorization: Bearer.");
    const auto digits = normaliseLinkCode(code);
    // The same work for a text that is no code, so that the answer's time tells nothing.
    const auto link =
        _parts.links.findByCode(_parts.hasher.hash(purpose::linkCode, digits ? *digits : std::string(code)));
    static const std::string nobody(32, '\0');
    const bool proven = crypto::constantTimeEquals(link ? link->secretHash : nobody, presented->hash);
    if (!digits || !link || !proven)
        throwUnknown();
    return *link;
}

void LinkService::requireOpen(const store::Link& link) const {
    const auto now = base::nowOf(_parts.clock);
    if (link.status == LinkStatus::delivered || (link.status != LinkStatus::ended && now < link.expiresAt))
        return;
    if (now >= link.expiresAt + expiredLinkShown)
        throwUnknown();
    if (link.status == LinkStatus::ended)
        throw endedError(link);
    throw Error(ErrorCode::expiredToken, "Create a new link.");
}

PollResult LinkService::poll(std::string_view code, const provider::Secret& secret, const Source& source,
                             const PollWait& wait) {
    const auto link = provenLink(code, secret);
    requireOpen(link);
    return isGranted(link) ? deliver(link, source) : pending(link, source, wait);
}

PollResult LinkService::peek(std::string_view code, const provider::Secret& secret) const {
    const auto link = provenLink(code, secret);
    requireOpen(link);
    PollResult result;
    if (isGranted(link))
        result.state = PollState::delivered;
    result.interval = PollPacer::firstInterval;
    return result;
}

PollResult LinkService::pending(const store::Link& link, const Source& source, const PollWait& wait) {
    PollResult result;
    if (wait.isOver) {
        const bool isCompleted = _parts.changes.finish(link.id);
        result.interval = _pacer.noteEnd(link.id, isCompleted);
        return result;
    }
    const auto life = std::chrono::ceil<std::chrono::milliseconds>(link.expiresAt - _parts.clock.now());
    const auto atMost = std::min<std::chrono::milliseconds>(wait.atMost, life);
    std::shared_ptr<base::Signal> change;
    if (atMost > atMost.zero())
        change = _parts.changes.await(link.id, link.expiresAt, atMost);
    const bool isCrowded = !change && _parts.changes.isAwaited(link.id);
    const auto pace = paceOf(link, change != nullptr, isCrowded);
    if (pace.tooSoon)
        throw Error(ErrorCode::slowDown, isCrowded ? "Another poll of this link is waiting already."
                                                   : "Wait the interval between two polls.")
            .withRetryAfter(pace.interval);
    if (change)
        return held(link.id, std::move(change), atMost, source);
    result.interval = pace.interval;
    return result;
}

PollPacer::Pace LinkService::paceOf(const store::Link& link, bool isHeld, bool isCrowded) {
    // The person has approved: a grant may be here any moment, and nobody is told to look later for it.
    if (link.status == LinkStatus::authorizing)
        return {false, _pacer.intervalOf(link.id)};
    if (isCrowded)
        return _pacer.noteCrowd(link.id);
    return isHeld ? _pacer.noteHeld(link.id) : _pacer.note(link.id);
}

// What changed before this poll began to wait was told to nobody, so the link is read again.
PollResult LinkService::held(const base::LinkId& id, std::shared_ptr<base::Signal> change,
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

PollResult LinkService::deliver(const store::Link& link, const Source& source) {
    constexpr std::size_t idBytes = 16;
    const base::AccountId newId("acc_" + crypto::randomToken(idBytes));
    const auto now = base::nowOf(_parts.clock);
    auto delivery = _parts.links.deliver(link.id, newId, deliveryRule, now);
    _parts.changes.publish(link.id);
    _pacer.forget(link.id);
    auto noted = link;
    noted.account = delivery.account.id;
    switch (delivery.outcome) {
    case store::DeliveryOutcome::delivered:
        record(noted, "client:" + link.client.value(),
               delivery.first ? "account.linked" : "link.delivered_again", "ok", source);
        break;
    case store::DeliveryOutcome::alreadyDelivered:
        // Somebody else may have polled: worth a line, but not one for each poll.
        if (!_auditGate.take(link.id.value(), {1, 1}))
            record(link, "client:" + link.client.value(), "link.delivery_refused", "already_delivered",
                   source);
        throw Error(ErrorCode::alreadyDelivered, "Read the token with GET /v1/tokens/:account_id.");
    case store::DeliveryOutcome::undecryptable:
        record(link, "system", "link.undecryptable", "ended", source);
        throw Error(ErrorCode::accessDenied, "Create a new link.").withReason("upstream_error");
    case store::DeliveryOutcome::notReady:
        throwNotReady(link.id);
    }
    PollResult result;
    result.state = PollState::delivered;
    result.account = std::move(delivery.account);
    result.tokens = std::move(delivery.tokens);
    return result;
}

// Staged a moment ago: somebody has ended it since, or its time ran out.
void LinkService::throwNotReady(const base::LinkId& id) const {
    if (const auto present = _parts.links.find(id))
        requireOpen(*present);
    throwUnknown();
}

void LinkService::cancel(std::string_view code, const provider::Secret& secret, const Source& source) {
    const auto link = provenLink(code, secret);
    const auto now = base::nowOf(_parts.clock);
    if (now >= link.expiresAt + expiredLinkShown)
        throwUnknown();
    if (!_parts.links.end(link.id, store::EndReason::cancelled, now))
        throw Error(ErrorCode::conflict, "The link is already finished.");
    _parts.changes.publish(link.id);
    _pacer.forget(link.id);
    record(link, "client:" + link.client.value(), "link.cancelled", "ok", source);
}

void LinkService::purge() {
    const auto now = base::nowOf(_parts.clock);
    _parts.links.purge(deliveryRule, now);
    _parts.changes.publishExpired(now);
    _pacer.forgetBefore(now - 2 * _parts.linkLife);
}

void LinkService::record(const store::Link& link, const std::string& actor, const std::string& action,
                         const std::string& outcome, const Source& source) {
    _parts.audit.append({.at = base::nowOf(_parts.clock),
                         .actor = actor,
                         .action = action,
                         .client = link.client,
                         .account = link.account,
                         .link = link.id,
                         .address = source.address,
                         .requestId = source.requestId,
                         .outcome = outcome});
}

} // namespace central_oauth::services
