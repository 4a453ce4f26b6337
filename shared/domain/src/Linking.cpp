// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Linking.h"

#include "central_oauth/domain/KeyDescent.h"

#include <algorithm>
#include <utility>

namespace central_oauth::domain {

namespace {

// Stores the link. A link without a state keeps no authorization, and an ended link keeps no stage.
void put(Transaction& transaction, Link& link) {
    if (link.stateHash.empty())
        link.authorization = {};
    if (link.status == LinkStatus::ended)
        dropStage(transaction, link.id);
    transaction.put(link);
}

void endLoaded(Transaction& transaction, Link& link, EndReason reason, Timestamp now) {
    static_cast<void>(end(link, reason, now));
    put(transaction, link);
}

// Returns whether nothing of the link's stage can be delivered or read again.
bool hasHadItsTime(const Link& link, const DeliveryRule& rule, Timestamp now) {
    switch (link.status) {
    case LinkStatus::delivered:
        return !link.firstDeliveredAt || now - *link.firstDeliveredAt > rule.window;
    case LinkStatus::ended:
        return true;
    case LinkStatus::pending:
    case LinkStatus::authorizing:
    case LinkStatus::choosing:
    case LinkStatus::staged:
        break;
    }
    return link.expiresAt <= now;
}

// A link that is gone or unreadable is never delivered.
bool hasHadItsTime(const ReadView& view, const LinkId& id, const DeliveryRule& rule, Timestamp now) {
    try {
        const auto link = view.find(LinkKey(id));
        return !link || hasHadItsTime(*link, rule, now);
    } catch (const DamagedRowError&) {
        return true;
    }
}

std::vector<Stage> heldStages(const ReadView& view) {
    auto held = view.select(StageFilter{.state = StageState::waiting});
    for (auto& stage : view.select(StageFilter{.state = StageState::delivered}))
        held.push_back(std::move(stage));
    return held;
}

} // namespace

LinkFilter liveLinks(Timestamp time) {
    return {.statuses = unfinishedStatuses(), .expiresAfter = time, .isUnnoted = true};
}

std::optional<Link> addLink(Transaction& transaction, Link link) {
    if (!transaction.find(link.client))
        throw base::Error(base::ErrorCode::notFound, {}, "the client of a new link has been removed");
    link.issuerEnds = requireIssuer(transaction, link.issuer, link.createdAt);
    link.expiresAt = std::min(link.expiresAt, link.issuerEnds.value_or(link.expiresAt));
    return transaction.add(link) ? std::optional(std::move(link)) : std::nullopt;
}

std::optional<Link> endLink(Transaction& transaction, const LinkId& id, EndReason reason, Timestamp now,
                            std::optional<EndCause> cause) {
    auto link = transaction.find(LinkKey(id));
    if (!link || !end(*link, reason, now, cause))
        return std::nullopt;
    put(transaction, *link);
    return link;
}

std::optional<Link> enterWrongCode(Transaction& transaction, const LinkId& id, int limit, Timestamp now) {
    auto link = transaction.find(LinkKey(id));
    if (!link || !enterWrongCode(*link, limit, now))
        return std::nullopt;
    put(transaction, *link);
    return link;
}

bool approveLink(Transaction& transaction, const Sealer& sealer, const LinkId& id, std::string browserHash,
                 const StateHash& state, const Authorization& authorization, Timestamp now) {
    auto link = transaction.find(LinkKey(id));
    if (!link || !approve(*link, std::move(browserHash), state.bytes, now))
        return false;
    link->authorization = sealAuthorization(sealer, *link, authorization);
    put(transaction, *link);
    return true;
}

std::optional<TakenState> takeState(Transaction& transaction, const Sealer& sealer, const StateHash& state,
                                    Timestamp now) {
    // No link has an empty state hash; do not rely on the back end for that.
    auto link = state.bytes.empty() ? std::nullopt : transaction.find(LinkKey(state));
    if (!link)
        return std::nullopt;
    const Link before = *link;
    if (!takeState(*link))
        return std::nullopt;
    try {
        Authorization authorization = openAuthorization(sealer, before);
        put(transaction, *link);
        return TakenState{std::move(*link), std::move(authorization)};
    } catch (const UndecryptableError&) {
        // Without its verifier the code can't be exchanged. The next poll reports the end.
        endLoaded(transaction, *link, EndReason::upstreamError, now);
        return std::nullopt;
    }
}

bool stageGrant(Transaction& transaction, const Sealer& sealer, const LinkId& id, const StagedGrant& given,
                Timestamp now, Timestamp expiresAt) {
    auto link = transaction.find(LinkKey(id));
    const bool mustChoose = !given.sites.empty() && given.chosenSite.empty();
    if (!link || !grant(*link, mustChoose, now, expiresAt))
        return false;
    Stage stage;
    stage.link = link->id;
    stage.client = link->client;
    stage.provider = link->provider;
    stage.subject = link->subject;
    sealStage(sealer, stage, given);
    transaction.put(stage);
    put(transaction, *link);
    return true;
}

bool chooseSite(Transaction& transaction, const Sealer& sealer, const LinkId& id, const std::string& site,
                Timestamp now, Timestamp expiresAt) {
    auto link = transaction.find(LinkKey(id));
    if (!link)
        return false;
    const Link before = *link;
    if (!chooseSite(*link, now, expiresAt))
        return false;
    try {
        auto stage = soundStage(transaction, id);
        if (!stage)
            throw UndecryptableError("the stage is gone");
        StagedGrant chosen = openStage(sealer, *stage);
        chosen.chosenSite = site;
        sealStage(sealer, *stage, chosen);
        transaction.put(*stage);
    } catch (const UndecryptableError&) {
        Link ended = before;
        endLoaded(transaction, ended, EndReason::upstreamError, now);
        return false;
    }
    put(transaction, *link);
    return true;
}

std::optional<StagedGrant> waitingGrant(const ReadView& view, const Sealer& sealer, const Link& link) {
    const auto stage = soundStage(view, link.id);
    if (!stage || stage->state != StageState::waiting)
        return std::nullopt;
    try {
        StagedGrant given = openStage(sealer, *stage);
        given.accessToken = Secret();
        given.refreshToken = Secret();
        return given;
    } catch (const UndecryptableError&) {
        return std::nullopt; // the sealer has logged it; delivery will end the link
    }
}

std::vector<Link> noteExpired(Transaction& transaction, Timestamp now, std::size_t most) {
    std::vector<Link> noted;
    for (auto& link : transaction.select(LinkFilter{
             .statuses = unfinishedStatuses(), .expiresBy = now, .isUnnoted = true, .limit = most})) {
        if (!noteExpiry(link, now))
            continue;
        transaction.put(link);
        noted.push_back(std::move(link));
    }
    return noted;
}

bool noteExpired(Transaction& transaction, const LinkId& id, Timestamp now) {
    auto link = transaction.find(LinkKey(id));
    if (!link || !noteExpiry(*link, now))
        return false;
    transaction.put(*link);
    return true;
}

PurgeableLinks findPurgeable(const ReadView& view, const DeliveryRule& rule, Timestamp now,
                             std::size_t most) {
    PurgeableLinks found;
    for (const Link& link :
         view.select(LinkFilter{.expiresBy = Timestamp(now - linkRowsOutliveExpiry), .limit = most}))
        found.rows.push_back(link.id);
    for (const Link& link : view.select(LinkFilter{.expiresBy = now, .hasState = true, .limit = most}))
        found.states.push_back(link.id);
    for (const Stage& stage : heldStages(view))
        if (found.stages.size() < most && hasHadItsTime(view, stage.link, rule, now))
            found.stages.push_back(stage.link);
    return found;
}

std::size_t purgeLinks(Transaction& transaction, const PurgeableLinks& found, const DeliveryRule& rule,
                       Timestamp now) {
    std::size_t changed = 0;
    for (const LinkId& id : found.states) {
        auto link = transaction.find(LinkKey(id));
        if (!link || link->expiresAt > now || !takeState(*link))
            continue;
        put(transaction, *link);
        ++changed;
    }
    for (const LinkId& id : found.stages) {
        if (!hasHadItsTime(transaction, id, rule, now))
            continue;
        dropStage(transaction, id);
        ++changed;
    }
    for (const LinkId& id : found.rows) {
        const auto link = transaction.find(LinkKey(id));
        if (!link || link->expiresAt > now - linkRowsOutliveExpiry)
            continue;
        dropStage(transaction, id);
        transaction.erase(id);
        ++changed;
    }
    return changed;
}

void dropStage(Transaction& transaction, const LinkId& link) {
    auto stage = soundStage(transaction, link);
    if (stage && stage->state == StageState::dropped)
        return;
    if (!stage || stage->state == StageState::delivered)
        return transaction.eraseStage(link);
    stage->clientName = clientNameOf(transaction, stage->client);
    stage->state = StageState::dropped;
    transaction.put(*stage);
}

std::string clientNameOf(const ReadView& view, const ClientId& id) {
    try {
        const auto client = view.find(id);
        return client ? client->name : std::string();
    } catch (const DamagedRowError&) {
        return {};
    }
}

std::optional<Stage> soundStage(const ReadView& view, const LinkId& link) {
    try {
        return view.stageOf(link);
    } catch (const DamagedRowError&) {
        return std::nullopt;
    }
}

} // namespace central_oauth::domain
