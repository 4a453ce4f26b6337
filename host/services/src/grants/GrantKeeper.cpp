// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/GrantKeeper.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace central_oauth::services {

namespace {

using Step = domain::KeptGrant::Step;

constexpr std::size_t mostAtOnce = 8;
constexpr std::size_t checksPerCommit = 50; // other writers wait for so many

} // namespace

class GrantKeeper::Slots {
public:
    /// Waits for a free slot and takes it. Returns false at `stop`.
    bool take() {
        std::unique_lock hold(_mutex);
        _changed.wait(hold, [this] { return _taken < mostAtOnce || _isStopping; });
        if (_isStopping)
            return false;
        ++_taken;
        return true;
    }
    void release() {
        const std::lock_guard hold(_mutex);
        --_taken;
        _changed.notify_all();
    }
    void waitForAll() {
        std::unique_lock hold(_mutex);
        _changed.wait(hold, [this] { return _taken == 0 || _isStopping; });
    }
    void stop() {
        const std::lock_guard hold(_mutex);
        _isStopping = true;
        _changed.notify_all();
    }
    [[nodiscard]] bool isStopping() const {
        const std::lock_guard hold(_mutex);
        return _isStopping;
    }

private:
    mutable std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    std::size_t _taken = 0;
    bool _isStopping = false;
};

GrantKeeper::GrantKeeper(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.keeper")), _slots(std::make_shared<Slots>()) {}

void GrantKeeper::stop() noexcept {
    _slots->stop();
}

void GrantKeeper::run() {
    const auto begin = std::chrono::steady_clock::now();
    Totals totals;
    for (auto batch = nextBatch(); !batch.empty() && !_slots->isStopping(); batch = nextBatch())
        for (const auto& kept : batch)
            act(kept, totals);
    _slots->waitForAll();
    if (totals.checked == 0)
        return;
    const auto took = std::chrono::steady_clock::now() - begin;
    _log.info("grants kept", {{"checked", totals.checked},
                              {"refreshes", totals.refreshes},
                              {"ended", totals.ended},
                              {"erased", totals.erased},
                              {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

// Each check moves its due time into the future, so that the batches come to an end.
std::vector<domain::KeptGrant> GrantKeeper::nextBatch() {
    const auto now = base::nowOf(_parts.clock);
    const auto due =
        _parts.store.read([&](const domain::ReadView& view) { return view.dueChecks(now, checksPerCommit); });
    if (due.empty())
        return {};
    const auto rulesOf = [this](const std::string& provider) {
        return keepingRules(_parts.providers, provider, _parts.keeping);
    };
    // A function of a transaction takes no lock.
    std::unordered_map<std::string, std::optional<base::Timestamp>> noted;
    for (const auto& check : due)
        noted.emplace(check.account.value(), _parts.uses.latest(check.account.value(), std::nullopt));
    const auto lastUseOf = [&noted](const domain::Account& account) {
        return std::max(noted.at(account.id.value()), account.lastUsedAt);
    };
    return _parts.store.transact([&](domain::Transaction& transaction) {
        std::vector<domain::KeptGrant> batch;
        for (const auto& check : due)
            batch.push_back(domain::keepGrant(transaction, check, rulesOf, lastUseOf, now));
        return batch;
    });
}

void GrantKeeper::act(const domain::KeptGrant& kept, Totals& totals) {
    const auto& account = kept.account;
    ++totals.checked;
    if (kept.warnOf)
        _log.warning("a grant ends soon, because it is old",
                     {{"account", account.id.value()},
                      {"client", account.client.value()},
                      {"provider", account.provider},
                      {"ends_at", base::formatRfc3339(*kept.warnOf)},
                      {"action", "let its person approve a new link, or raise CENTRAL_OAUTH_GRANT_MAX_AGE"}});
    switch (kept.step) {
    case Step::none:
        return;
    case Step::refresh:
        ++totals.refreshes;
        return refresh(account);
    case Step::ended:
        ++totals.ended;
        _log.warning("a grant has ended, because it is old",
                     {{"account", account.id.value()},
                      {"client", account.client.value()},
                      {"provider", account.provider},
                      {"action", "let its person approve a new link; within a day a larger "
                                 "CENTRAL_OAUTH_GRANT_MAX_AGE brings it back"}});
        return;
    case Step::restored:
        _log.info("a grant that was too old is kept again", {{"account", account.id.value()}});
        return;
    case Step::erased:
        ++totals.erased;
        return;
    }
}

void GrantKeeper::refresh(const domain::Account& account) {
    if (!_slots->take())
        return;
    std::shared_ptr<base::OneShotEvent> event;
    try {
        event = _parts.refreshes.ask(account.id, account.provider, account.tokenVersion, {});
    } catch (const base::Error& failure) {
        // The next check comes soon.
        _log.debug("refresh put off", {{"account", account.id.value()}, {"detail", failure.what()}});
    }
    if (event)
        event->onFire([slots = _slots] { slots->release(); });
    else
        _slots->release();
}

} // namespace central_oauth::services
