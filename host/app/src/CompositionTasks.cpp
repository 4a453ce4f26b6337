// SPDX-License-Identifier: Apache-2.0
// What the service does without a caller, and how often.
#include "central_oauth/app/Composition.h"
#include "central_oauth/app/TestHooks.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

namespace central_oauth::app {

namespace {

constexpr std::chrono::milliseconds usesEndWithin{500};
constexpr std::chrono::seconds housekeepingEvery{15};
constexpr std::chrono::seconds usesStoredEvery{5};
constexpr std::chrono::seconds storeCheckEvery{2};
constexpr std::chrono::seconds tablesAfter{1};

} // namespace

// Most tasks run at once: links that expired while the service was down are noted first. What memory knows of
// the store is loaded a moment later, so that it does not compete with the start for the processor; a request
// that needs it earlier loads it.
void Composition::addTasks() {
    _storeChecks.add({.name = "store_check",
                      .work = [this] { _store.check(); },
                      .interval = storeCheckEvery,
                      .first = storeCheckEvery});
    const auto load = [this](const char* name, std::function<void()> work) {
        _housekeeping.add(
            {.name = name, .work = std::move(work), .interval = housekeepingEvery, .first = tablesAfter});
    };
    load("grant_token_keys", [this] { _grantTokens.loadKeys(); });
    load("link_proofs", [this] { _pollAuthenticator.load(); });
    load("live_links", [this] { _liveLinks.load(); });
    // Delete nothing while the wall clock may be wrong, because a deletion can't be undone.
    const auto add = [this](const char* name, std::function<void()> work) {
        _housekeeping.add({.name = name,
                           .work =
                               [this, work = std::move(work)] {
                                   if (_wall.isTrusted())
                                       work();
                               },
                           .interval = housekeepingEvery});
    };
    add("links", [this] { _links.purge(); });
    add("grant_tokens", [this] { _grantTokens.purge(); });
    add("audit", [this] { pruneAudit(); });
    for (auto* const uses : {&_accountUses, &_grantTokens.uses()})
        _housekeeping.add({.name = uses == &_accountUses ? "account_uses" : "grant_token_uses",
                           .work = [uses] { uses->flush(); },
                           .interval = usesStoredEvery,
                           .first = usesStoredEvery,
                           .atEnd = [uses] { uses->flushAtEnd(usesEndWithin); }});
    _housekeeping.add({.name = "client_keys",
                       .work = [this] { _clients.reloadMissingKeys(); },
                       .interval = housekeepingEvery});
    const auto keepingEvery = grantKeepingInterval();
    _keeping.add({.name = "grants",
                  .work = [this] { _keeper.run(); },
                  .interval = keepingEvery,
                  .first = keepingEvery});
    _revoking.add({.name = "dropped_stages",
                   .work = [this] { _stageRevocation.run(); },
                   .interval = housekeepingEvery});
}

void Composition::pruneAudit() {
    constexpr std::size_t batch = 500;
    const auto before = base::nowOf(_clock) - _startUp.settings().auditRetention;
    std::size_t pruned = 0;
    for (std::size_t last = batch; last == batch; pruned += last)
        last = _store.transact(
            [&](domain::Transaction& transaction) { return transaction.eraseAudit(before, batch); });
    if (pruned > 0)
        _log.info("old audit entries dropped", {{"entries", pruned}});
}

} // namespace central_oauth::app
