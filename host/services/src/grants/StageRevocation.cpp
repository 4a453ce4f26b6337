// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/grants/StageRevocation.h"

#include "central_oauth/base/EnumNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace central_oauth::services {

namespace {

constexpr base::EnumNames<UpstreamChoice, 3> choices{{
    {UpstreamChoice::automatic, "auto"},
    {UpstreamChoice::always, "always"},
    {UpstreamChoice::never, "never"},
}};
static_assert(base::isComplete(choices, UpstreamChoice::never));

constexpr base::EnumNames<UpstreamOutcome, 6> upstreamOutcomes{{
    {UpstreamOutcome::revoked, "revoked"},
    {UpstreamOutcome::attempted, "attempted"},
    {UpstreamOutcome::queued, "queued"},
    {UpstreamOutcome::unsupported, "unsupported"},
    {UpstreamOutcome::keptForOthers, "kept_for_others"},
    {UpstreamOutcome::skipped, "skipped"},
}};
static_assert(base::isComplete(upstreamOutcomes, UpstreamOutcome::skipped));

constexpr std::string_view ownerUnknown =
    "whose it is could not be read, so that it can't be told whether another account rests on it";

domain::Link linkOf(const domain::Stage& stage) {
    domain::Link link;
    link.id = stage.link;
    link.client = stage.client;
    link.provider = stage.provider;
    link.account = stage.account;
    return link;
}

bool canRevoke(const ConfiguredProvider& provider) {
    return extensionOf<provider::Revoker>(*provider.plugin) != nullptr;
}

} // namespace

std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept {
    return base::valueIn(choices, name);
}

std::string_view nameOf(UpstreamOutcome outcome) noexcept {
    return base::nameIn(upstreamOutcomes, outcome);
}

bool StageRevocation::isWanted(const ConfiguredProvider& provider) const {
    return provider.properties.revokesUpstream && canRevoke(provider);
}

bool StageRevocation::mayAsk(UpstreamChoice choice) const {
    const auto& all = _parts.providers.all();
    return choice != UpstreamChoice::never &&
           std::any_of(all.begin(), all.end(), [&](const ConfiguredProvider& provider) {
               return choice == UpstreamChoice::always || isWanted(provider);
           });
}

domain::Revocation StageRevocation::revocationFor(const std::string& provider, UpstreamChoice choice) const {
    if (unasked(provider, choice))
        return domain::Revocation::none;
    return choice == UpstreamChoice::always ? domain::Revocation::always : domain::Revocation::asConfigured;
}

void StageRevocation::giveUp(const domain::Link& link, const ConfiguredProvider& provider,
                             const domain::StagedGrant& grant) noexcept {
    if (grant.refreshToken.empty() || !isWanted(provider))
        return;
    try {
        const logging::RequestScope scope("");
        noteInLog(link);
        if (grant.identity.upstreamId.empty())
            return reportKeptGrant(link.provider, ownerUnknown);
        _parts.store.transact([&](domain::Transaction& transaction) {
            domain::Stage stage{.link = link.id,
                                .client = link.client,
                                .provider = link.provider,
                                .subject = link.subject,
                                .state = domain::StageState::dropped,
                                .grant = {},
                                .clientName = domain::clientNameOf(transaction, link.client)};
            domain::sealStage(_parts.sealer, stage, grant);
            transaction.put(stage);
        });
    } catch (const std::exception& failure) {
        reportKeptGrant(link.provider, std::string("it could not be stored: ") + failure.what());
    }
}

StageRevocation::Claim::Claim(StageRevocation& owner, const base::LinkId& link) : _owner(owner), _link(link) {
    const std::scoped_lock lock(_owner._mutex);
    _owner._claims.insert(_link);
}

StageRevocation::Claim::~Claim() {
    const std::scoped_lock lock(_owner._mutex);
    _owner._claims.erase(_owner._claims.find(_link));
}

UpstreamOutcome StageRevocation::Claim::revoke(const GivenUp& grant, domain::AuditEntry entry) const {
    std::optional<UpstreamOutcome> settled;
    bool isAsked = false;
    if (grant.stage.empty()) {
        settled = _owner.unasked(grant.provider, grant.choice);
        if (!settled) {
            _owner.reportKeptGrant(grant.provider, "its refresh token can't be opened");
            settled = UpstreamOutcome::skipped;
        }
    } else if (grant.stage == _link && _owner._parts.providers.find(grant.provider) != nullptr) {
        // Only a claim keeps a stage from the background task, which may revoke any unclaimed stage at any
        // time.
        settled = _owner.revokeClaimed(_link, entry.actor.requestId);
        isAsked = settled.has_value();
    }
    const auto outcome = settled.value_or(UpstreamOutcome::queued);
    entry.at = base::nowOf(_owner._parts.clock);
    entry.outcome = nameOf(outcome);
    const News news = outcome == UpstreamOutcome::skipped ? News() : News(std::move(entry));
    try {
        if (isAsked)
            _owner.finish(_link, news);
        else if (news)
            _owner._parts.store.transact(
                [&](domain::Transaction& transaction) { transaction.record(*news); });
    } catch (const base::Error& failure) {
        // This service no longer has the grant, and upstream was asked. The next round removes the row.
        _owner._log.warning(
            "revocation not recorded",
            {{"provider", grant.provider}, {"outcome", nameOf(outcome)}, {"detail", failure.what()}});
    }
    return outcome;
}

// Returns nullopt if upstream can't be asked now.
std::optional<UpstreamOutcome> StageRevocation::revokeClaimed(const base::LinkId& link,
                                                              const std::string& requestId) const {
    std::optional<domain::Stage> stage;
    try {
        stage = find(link);
    } catch (const base::Error& failure) {
        _log.warning("revocation not finished", {{"detail", failure.what()}});
    }
    const auto outcome = stage ? tryRevoke(*stage, requestId) : std::nullopt;
    // A call that the service's shutdown has cut off says nothing about upstream.
    return _isStopping && outcome == UpstreamOutcome::attempted ? std::nullopt : outcome;
}

void StageRevocation::run() {
    if (_isStopping)
        return;
    for (const auto& stage : droppedStages()) {
        if (_parts.providers.find(stage.provider) == nullptr)
            reportWaiting(stage);
        else if (!settle(stage))
            return;
    }
}

// Returns the stages of providers that are not configured last, so that they don't use up the round.
std::vector<domain::Stage> StageRevocation::droppedStages() const {
    std::vector<std::string> names;
    for (const auto& provider : _parts.providers.all())
        names.push_back(provider.name);
    return _parts.store.read([&](const domain::ReadView& view) {
        domain::StageFilter filter{
            .providers = names, .state = domain::StageState::dropped, .limit = mostAtOnce};
        std::vector<domain::Stage> all;
        if (!names.empty())
            all = view.select(filter);
        if (all.size() < mostAtOnce) {
            filter.isOfOthers = true;
            filter.limit = mostAtOnce - all.size();
            for (auto& stage : view.select(filter))
                all.push_back(std::move(stage));
        }
        return all;
    });
}

std::optional<domain::Stage> StageRevocation::find(const base::LinkId& link) const {
    auto stage = _parts.store.read([&](const domain::ReadView& view) { return view.stageOf(link); });
    return stage && stage->state == domain::StageState::dropped ? std::move(stage) : std::nullopt;
}

void StageRevocation::reportWaiting(const domain::Stage& stage) {
    if (!_waiting.insert(stage.link).second)
        return;
    const logging::RequestScope scope("");
    noteInLog(linkOf(stage));
    _log.warning("a dropped grant waits for its provider",
                 {{"detail", "the provider is not configured, so that upstream can't be asked to revoke"},
                  {"action", "name the provider in CENTRAL_OAUTH_PROVIDERS again; the grant is then revoked "
                             "as its settings say, and stays sealed in the database until then"}});
}

void StageRevocation::reportKeptGrant(const std::string& provider, std::string_view why) const {
    _log.warning(
        "a dropped grant is not revoked upstream",
        {{"provider", provider},
         {"detail", why},
         {"action", "nothing more is tried here: an unused grant expires upstream, and its person can "
                    "remove the app in their own account there"}});
}

// Returns false if no further stage can be handled in this round.
bool StageRevocation::settle(const domain::Stage& listed) {
    if (_isStopping)
        return false;
    {
        const std::scoped_lock lock(_mutex);
        if (_claims.contains(listed.link))
            return true;
    }
    // Look up the row after the check of the claims: a claim's owner removes the row before it releases the
    // claim.
    const auto stage = find(listed.link);
    if (!stage)
        return true;
    // Runs for no request: the following log lines are about this link.
    const logging::RequestScope scope("");
    noteInLog(linkOf(*stage));
    const auto asked = askOnce(*stage);
    if (!asked)
        return false;
    finish(stage->link, *asked);
    return true;
}

// Returns nullopt if upstream can't be asked now.
std::optional<StageRevocation::News> StageRevocation::askOnce(const domain::Stage& stage) {
    {
        const std::scoped_lock lock(_mutex);
        const auto found = _asked.find(stage.link);
        if (found != _asked.end())
            return found->second;
    }
    _parts.store.requireWritable();
    const auto outcome = tryRevoke(stage, {});
    // A call that the service's shutdown has cut off says nothing about upstream.
    if (!outcome || _isStopping)
        return std::nullopt;
    // Most dropped stages need no revocation, and get no entry. The stage of an account exists because a
    // caller asked for its revocation.
    if (outcome == UpstreamOutcome::skipped && stage.account.empty())
        return News();
    return News({.at = base::nowOf(_parts.clock),
                 .actor = {},
                 .action = stage.account.empty() ? "link.upstream_revocation" : "account.upstream_revocation",
                 .client = stage.client,
                 .clientName = stage.clientName,
                 .account = stage.account,
                 .link = stage.link,
                 .provider = stage.provider,
                 .outcome = std::string(nameOf(*outcome))});
}

// Remembers the outcome until the stage's row is gone. If this throws, the next round calls it again.
void StageRevocation::finish(const base::LinkId& link, const News& news) {
    {
        const std::scoped_lock lock(_mutex);
        _asked.insert_or_assign(link, news);
    }
    _parts.store.transact([&](domain::Transaction& transaction) {
        transaction.eraseStage(link);
        if (news)
            transaction.record(*news);
    });
    const std::scoped_lock lock(_mutex);
    _asked.erase(link);
}

// Returns nullopt if the limit of upstream callers is reached, or if the store does not answer.
std::optional<UpstreamOutcome> StageRevocation::tryRevoke(const domain::Stage& stage,
                                                          const std::string& requestId) const {
    try {
        return revoke(stage, requestId);
    } catch (const base::Error& failure) {
        _log.warning("revocation not finished", {{"provider", stage.provider}, {"detail", failure.what()}});
        // The plugin broke its contract. A retry would fail in the same way.
        if (failure.code() != base::ErrorCode::storeUnavailable)
            return UpstreamOutcome::attempted;
        return std::nullopt;
    }
}

std::optional<UpstreamOutcome> StageRevocation::revoke(const domain::Stage& stage,
                                                       const std::string& requestId) const {
    const bool isForced = stage.revocation == domain::Revocation::always;
    if (auto reason = unasked(stage.provider, isForced ? UpstreamChoice::always : UpstreamChoice::automatic))
        return reason;
    domain::StagedGrant grant;
    try {
        grant = domain::openStage(_parts.sealer, stage);
    } catch (const domain::UndecryptableError&) {
        grant.refreshToken = {};
    }
    if (grant.refreshToken.empty() || grant.identity.upstreamId.empty()) {
        reportKeptGrant(stage.provider,
                        grant.refreshToken.empty() ? "its refresh token can't be opened" : ownerUnknown);
        return UpstreamOutcome::skipped;
    }
    const auto sharing = _parts.providers.sharing(stage.provider);
    const auto others = _parts.store.read([&](const domain::ReadView& view) {
        return domain::countOfPerson(view, _parts.sealer, sharing, grant.identity.upstreamId);
    });
    if (others > 0)
        return UpstreamOutcome::keptForOthers;
    return ask(*_parts.providers.find(stage.provider), grant.refreshToken, requestId);
}

// Returns why upstream is not asked for this choice. Returns nullopt if upstream is asked.
std::optional<UpstreamOutcome> StageRevocation::unasked(const std::string& provider,
                                                        UpstreamChoice choice) const {
    if (choice == UpstreamChoice::never)
        return UpstreamOutcome::skipped;
    const auto* found = _parts.providers.find(provider);
    if (found == nullptr || !canRevoke(*found))
        return UpstreamOutcome::unsupported;
    if (choice == UpstreamChoice::automatic && !isWanted(*found))
        return UpstreamOutcome::skipped;
    return std::nullopt;
}

std::optional<UpstreamOutcome> StageRevocation::ask(const ConfiguredProvider& provider,
                                                    const provider::Secret& refreshToken,
                                                    const std::string& requestId) const {
    constexpr std::chrono::seconds patience{10};
    const auto place = _parts.upstream.tryEnter();
    if (!place) {
        _log.warning("revocation postponed: enough callers wait for upstream", {{"provider", provider.name}});
        return std::nullopt;
    }
    try {
        const auto* revoker = extensionOf<provider::Revoker>(*provider.plugin);
        const auto answer =
            revoker->revoke(refreshToken, {std::chrono::steady_clock::now() + patience, requestId});
        return answer == provider::RevocationOutcome::revoked ? UpstreamOutcome::revoked
                                                              : UpstreamOutcome::attempted;
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "revocation failed", provider.name, failure);
        return UpstreamOutcome::attempted;
    }
}

} // namespace central_oauth::services
