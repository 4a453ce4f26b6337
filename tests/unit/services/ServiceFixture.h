// SPDX-License-Identifier: Apache-2.0
// The surroundings of the services: a store in memory, a clock that a test moves, and a provider with
// scripted answers.
#pragma once

#include "MemoryStore.h"
#include "Records.h"
#include "TestSealer.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/ClientRules.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/services/UseNotes.h"

#include <algorithm>
#include <atomic>
#include <cppunit/TestAssert.h>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// Answers every call by its scripts and counts the calls. Thread-safe after the scripts are set.
class ScriptedProvider final : public provider::Provider,
                               public provider::SiteLister,
                               public provider::IdentityReader,
                               public provider::Revoker {
public:
    std::function<provider::TokenSet(const provider::Secret&)> onRefresh = [](const auto&) {
        return tokens("new", std::chrono::seconds(3600));
    };
    std::function<provider::TokenSet(const provider::CodeExchange&)> onExchange = [](const auto&) {
        return tokens("first", std::chrono::seconds(3600));
    };
    std::function<std::vector<provider::Site>()> onSites = [] {
        return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}}};
    };
    std::function<provider::Identity()> onIdentity = [] {
        return provider::Identity{"person-1", "Ann Example", "ann@example.com"};
    };
    std::function<std::string(const provider::AuthorizationRequest&)> onAuthorizationUrl =
        [](const auto& request) { return "https://auth.example/authorize?state=" + request.state; };
    std::function<provider::RevocationOutcome(const provider::Secret&)> onRevoke = [](const auto&) {
        return provider::RevocationOutcome::revoked;
    };
    bool readsIdentities = true;
    bool listsSites = true;
    bool revokes = true;

    mutable std::atomic<int> refreshes{0};
    mutable std::atomic<int> exchanges{0};
    mutable std::atomic<int> identityReads{0};
    mutable std::atomic<int> revocations{0};

    /// Returns the tokens `access-<mark>` and `refresh-<mark>`.
    static provider::TokenSet tokens(const std::string& mark, std::chrono::seconds life) {
        provider::TokenSet set;
        set.accessToken = provider::Secret("access-" + mark);
        set.refreshToken = provider::Secret("refresh-" + mark);
        set.expiresIn = life;
        set.scopes = {"read:jira-work"};
        return set;
    }

    [[nodiscard]] provider::Properties properties() const override { return {}; }
    [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest& request) const override {
        return onAuthorizationUrl(request);
    }
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call&) const override {
        ++exchanges;
        return onExchange(exchange);
    }
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& token,
                                             const provider::Call&) const override {
        ++refreshes;
        return onRefresh(token);
    }
    [[nodiscard]] std::vector<provider::Site> listSites(const provider::Secret&,
                                                        const provider::Call&) const override {
        return onSites();
    }
    [[nodiscard]] provider::Identity readIdentity(const provider::Secret&,
                                                  const provider::Call&) const override {
        ++identityReads;
        return onIdentity();
    }
    [[nodiscard]] provider::RevocationOutcome revoke(const provider::Secret& token,
                                                     const provider::Call&) const override {
        ++revocations;
        return onRevoke(token);
    }
    [[nodiscard]] const void* extension(std::string_view id) const noexcept override {
        if (id == SiteLister::extensionId && listsSites)
            return static_cast<const SiteLister*>(this);
        if (id == IdentityReader::extensionId && readsIdentities)
            return static_cast<const IdentityReader*>(this);
        if (id == Revoker::extensionId && revokes)
            return static_cast<const Revoker*>(this);
        return nullptr;
    }
};

inline ConfiguredProvider configured(const std::string& name, const provider::Provider& provider) {
    ConfiguredProvider entry;
    entry.name = name;
    entry.displayName = "Jira";
    entry.plugin = &provider;
    entry.properties.refreshMargin = std::chrono::seconds(300);
    entry.scopes = {"read:jira-work", "offline_access"};
    entry.redirectUri = "https://broker.example/callback/" + name;
    return entry;
}

/// A store with the client `cli_alpha` and its key `key-alpha`, and one provider named jira. The tests make
/// the services.
class ServiceFixture {
public:
    ServiceFixture() : client(addClient("alpha")) {}

    [[nodiscard]] base::Timestamp now() const { return clock.time; }
    void advance(std::chrono::seconds time) { clock.time += time; }
    /// Returns the place where the functions of Records.h store their records, with the present time.
    [[nodiscard]] memory::Place place() { return {store, sealer, now()}; }

    [[nodiscard]] Caller caller() const { return {client, "key-alpha", domain::clientScopes()}; }
    [[nodiscard]] Caller callerWith(const std::vector<std::string>& scopes) const {
        return {client, "key-alpha", scopes};
    }

    domain::Client addClient(const std::string& name) { return memory::addClient(place(), name); }
    base::LinkId stageLink(const domain::Link& link, const domain::StagedGrant& grant) {
        return memory::stageLink(place(), link, grant);
    }
    base::LinkId stageLink(const std::string& number, const domain::StagedGrant& grant,
                           const std::string& subject = "ann") {
        return memory::stageLink(place(), number, grant, subject);
    }
    base::AccountId linkAccount(const std::string& number, const std::string& subject = "ann") {
        return memory::linkAccount(place(), number, subject);
    }
    /// Delivers a staged link now, by the usual rule.
    domain::Delivery deliver(const base::LinkId& link, const std::string& newId) {
        const auto at = now();
        return store.transact([&](domain::Transaction& transaction) {
            return domain::deliver(transaction, sealer, link, base::AccountId(newId), {}, at);
        });
    }
    /// Removes an account as another caller does, if the account exists.
    void removeAccount(const base::AccountId& id) {
        const auto at = now();
        store.transact([&](domain::Transaction& transaction) {
            if (const auto account = transaction.find(id))
                domain::removeAccount(transaction, sealer, *account, at, domain::Revocation::none);
        });
    }
    /// Inserts or replaces one record.
    template <class Record>
    void put(const Record& record) {
        store.transact([&](domain::Transaction& transaction) { transaction.put(record); });
    }

    /// Damages the grant that waits for the link's delivery, so that the service can't decrypt it.
    void spoilStage(const base::LinkId& link) {
        auto stage = memory::stageOf(store, link).value();
        stage.grant.blob = std::string(200, '\0');
        put(stage);
    }

    /// Returns the number of audit entries of an action.
    [[nodiscard]] int audited(const std::string& action) const { return store.audited(action); }
    /// Returns the number of audit entries of an action with that outcome.
    [[nodiscard]] int audited(const std::string& action, const std::string& outcome) const {
        const auto entries = store.audit();
        return static_cast<int>(std::count_if(entries.begin(), entries.end(), [&](const auto& entry) {
            return entry.action == action && entry.outcome == outcome;
        }));
    }

    memory::FakeClock clock;
    std::ostringstream logged;
    logging::StreamSink sink{logged};
    logging::Logger logger{sink, clock, provider::LogLevel::debug};
    memory::MemoryStore store;
    memory::TestSealer sealer;
    ScriptedProvider provider;
    ProviderCatalog catalog{{configured("jira", provider)}};
    UpstreamLimiter upstream{64};
    RequestLimits limits{clock};
    UseNotes uses{store, logger.channel("central_oauth.tokens"), writeAccountUse};
    crypto::KeyedHasher hasher{provider::Secret(std::string(crypto::KeyedHasher::keySize, 'k'))};
    domain::Client client;
    RequestOrigin origin{"192.0.2.7", "example/1.0", "request-1"};
};

/// The code and the reason of an error. refusalOf returns nullopt if the action throws none.
struct Refusal {
    base::ErrorCode code;
    std::string reason;
    std::optional<std::chrono::seconds> retryAfter;
};
template <class Action>
std::optional<Refusal> refusalOf(const Action& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return Refusal{error.code(), error.reason(), error.retryAfter()};
    }
    return std::nullopt;
}

template <class Action>
void expectRefused(base::ErrorCode expected, const Action& action, const CppUnit::SourceLine& line) {
    const auto refused = refusalOf(action);
    CppUnit::Asserter::failIf(!refused, "nothing was refused", line);
    CppUnit::Asserter::failIf(refused->code != expected,
                              "refused with " + std::string(base::nameOf(refused->code)) + " instead of " +
                                  std::string(base::nameOf(expected)),
                              line);
}

} // namespace central_oauth::services

/// Asserts that the expression throws base::Error of that code.
#define ASSERT_REFUSED(expected, expression)                                                                 \
    central_oauth::services::expectRefused((expected), [&] { static_cast<void>(expression); },               \
                                           CPPUNIT_SOURCELINE())
